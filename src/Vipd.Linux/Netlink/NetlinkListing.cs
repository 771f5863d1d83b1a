using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>Dump requests (netlink(7), NLM_F_DUMP): all links or addresses at once.</summary>
internal static class NetlinkListing
{
    private const int MostListings = 8;

    /// <summary>More than a request without attributes takes.</summary>
    private const int RequestBytes = 64;

    internal delegate TItem? Translation<TItem>(in NetlinkMessage message);

    internal static List<TItem> OfLinks<TItem>(NetlinkSocket socket, ref uint sequence, Translation<TItem> translate)
        where TItem : class =>
        Of(socket, ref sequence, LinuxRtnetlink.RTM_GETLINK, LinuxRtnetlink.RTM_NEWLINK,
            new InterfaceInformationMessage(), translate);

    /// <exception cref="LinuxException">The kernel refused, or the answer changed during each of 8 listings
    /// (EAGAIN).</exception>
    internal static List<TItem> Of<TFixed, TItem>(
        NetlinkSocket socket,
        ref uint sequence,
        ushort request,
        ushort answer,
        TFixed part,
        Translation<TItem> translate)
        where TFixed : unmanaged
        where TItem : class
    {
        Span<byte> buffer = stackalloc byte[RequestBytes];
        for (int listing = 0; listing < MostListings; listing++)
        {
            var writer = new NetlinkWriter(buffer);
            writer.Begin(request, LinuxNetlink.NLM_F_REQUEST | LinuxNetlink.NLM_F_DUMP, ++sequence, part);
            writer.End();
            socket.Send(buffer[..writer.Length]);
            var items = new List<TItem>();
            if (Receive(socket, sequence, answer, translate, items))
                return items;
        }

        throw new LinuxException("netlink dump", Errno.EAGAIN, $"it changed during each of {MostListings} listings");
    }

    // False: something changed meanwhile, and the list may lack items or have them twice (NLM_F_DUMP_INTR).
    private static bool Receive<TItem>(
        NetlinkSocket socket, uint sequence, ushort answer, Translation<TItem> translate, List<TItem> items)
        where TItem : class
    {
        bool consistent = true;
        while (true)
        {
            NetlinkReceipt receipt = socket.Receive(out ReadOnlySpan<byte> messages);
            if (receipt == NetlinkReceipt.Overrun)
            {
                consistent = false;
                continue;
            }

            if (receipt == NetlinkReceipt.Nothing)
                throw new LinuxException("netlink dump", Errno.ETIMEDOUT);
            var reader = new NetlinkReader(messages);
            while (reader.TryNext(out NetlinkMessage message))
            {
                if (message.Sequence != sequence)
                    continue;
                consistent &= (message.Flags & LinuxNetlink.NLM_F_DUMP_INTR) == 0;
                if (message.Type == answer && translate(message) is { } item)
                    items.Add(item);
                else if (message.Type is LinuxNetlink.NLMSG_DONE or LinuxNetlink.NLMSG_ERROR)
                    return EndOfListing(message) && consistent;
            }
        }
    }

    // Both kinds of end carry an int: 0, or a negative error number. EINTR is an old kernel's way to say "interrupted".
    private static bool EndOfListing(in NetlinkMessage message)
    {
        _ = MemoryMarshal.TryRead(message.Payload, out int negativeErrno);
        return negativeErrno == 0 || -negativeErrno == Errno.EINTR
            ? negativeErrno == 0
            : throw new LinuxException("netlink dump", -negativeErrno);
    }
}
