using System.Buffers.Binary;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Sends or receives whole Ethernet frames on one interface (packet(7), SOCK_RAW); it never blocks. For one thread;
/// sending and receiving allocate nothing.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    /// <summary>ENOBUFS: what <see cref="SendBatch"/> says by a number that is too small.</summary>
    public const int QueueFull = Errno.ENOBUFS;

    // Frames handed to the kernel by one sendmmsg: enough to make the call cheap, few enough for the stack.
    private const int MostFramesInACall = 64;

    // The queue of the interface, charged with some 800 octets for each small frame, is to hold thousands.
    private const int SendBufferBytes = 4 << 20;

    // Bounds the work of one call on kernels that show us what we send ourselves.
    private const int MostSkippedInARow = 64;

    private PacketSocket(FileDescriptor descriptor)
    {
        Descriptor = descriptor;
    }

    /// <summary>Readable while frames are queued; a sender's never is, unless its interface goes down.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Opens a socket that sends, and receives nothing (protocol 0).</summary>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW; ENODEV; others.</exception>
    public static PacketSocket OpenSender(InterfaceIndex index) => Open(fd =>
    {
        SocketOptions.SetSendBuffer(fd, SendBufferBytes);
        Bind(fd, index, etherType: 0);
    });

    /// <summary>Opens a socket that receives what a filter lets in, not what this machine sends.</summary>
    /// <param name="index">The interface.</param>
    /// <param name="etherType">The EtherType to receive, in host order: 0x0806.</param>
    /// <param name="filter">A BPF program over the whole frame; it acts before the first frame is received.</param>
    /// <param name="receiveBufferBytes">What may be queued; above net.core.rmem_max with CAP_NET_ADMIN only.</param>
    /// <param name="wider">Instead of a filter that the kernel has no room for; empty: there is none.</param>
    /// <exception cref="LinuxException">EPERM without CAP_NET_RAW; EINVAL for an invalid program; ENODEV;
    /// others.</exception>
    public static PacketSocket OpenReceiver(
        InterfaceIndex index,
        ushort etherType,
        ReadOnlySpan<BpfInstruction> filter,
        int receiveBufferBytes,
        ReadOnlySpan<BpfInstruction> wider = default)
    {
        BpfInstruction[] program = filter.ToArray();
        BpfInstruction[] instead = wider.ToArray();
        return Open(fd =>
        {
            AttachWhatFits(fd, program, instead);
            SocketOptions.SetReceiveBuffer(fd, receiveBufferBytes);
            // Linux 4.20 and later; before, TryReceive skips them.
            _ = SocketOptions.SetIfKnown(
                fd, LinuxIfPacket.SOL_PACKET, LinuxIfPacket.PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING");
            Bind(fd, index, etherType);
        });
    }

    /// <summary>
    /// Lets in something else from now on; what is queued stays, and nothing that both filters let in is lost.
    /// </summary>
    /// <param name="filter">As of <see cref="OpenReceiver"/>.</param>
    /// <param name="wider">As of <see cref="OpenReceiver"/>.</param>
    /// <exception cref="LinuxException">EINVAL for an invalid program; the filter of before goes on.</exception>
    public void ChangeFilter(ReadOnlySpan<BpfInstruction> filter, ReadOnlySpan<BpfInstruction> wider = default) =>
        AttachWhatFits(Descriptor, filter, wider);

    /// <summary>Sends equal frames that lie end to end.</summary>
    /// <param name="frames">At least <paramref name="frameLength"/> × <paramref name="frameCount"/> octets.</param>
    /// <param name="frameLength">Octets of each frame, with its Ethernet header and without its checksum.</param>
    /// <param name="frameCount">0 and up.</param>
    /// <returns>How many went out, from the first; fewer where the interface's queue is full, then even 0.</returns>
    /// <exception cref="LinuxException">None went out, for another reason than a full queue: ENETDOWN, ENXIO,
    /// others.</exception>
    public int SendBatch(ReadOnlySpan<byte> frames, int frameLength, int frameCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frameLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (long)frameLength * frameCount, frames.Length, nameof(frameCount));
        MultiMessageHeader* messages = stackalloc MultiMessageHeader[MostFramesInACall];
        IoVector* vectors = stackalloc IoVector[MostFramesInACall];
        new Span<MultiMessageHeader>(messages, MostFramesInACall).Clear();
        fixed (byte* bytes = frames)
        {
            int sent = 0;
            while (sent < frameCount)
            {
                int count = Math.Min(MostFramesInACall, frameCount - sent);
                for (int i = 0; i < count; i++)
                {
                    vectors[i].iov_base = bytes + ((long)(sent + i) * frameLength);
                    vectors[i].iov_len = (nuint)frameLength;
                    messages[i].msg_hdr.msg_iov = &vectors[i];
                    messages[i].msg_hdr.msg_iovlen = 1;
                }

                int result = SysSocket.sendmmsg(Descriptor, messages, (uint)count, 0);
                if (result > 0)
                    sent += result;
                else if (Errno.Last != Errno.EINTR)
                    return IsPartial(sent) ? sent : throw LinuxException.Last("sendmmsg");
            }

            return sent;
        }
    }

    /// <summary>Takes the next frame out of the queue.</summary>
    /// <param name="buffer">Receives the frame from its Ethernet header; what doesn't fit is cut off.</param>
    /// <param name="length">Octets received.</param>
    /// <returns>False: the queue is empty. A link that is down is no error: nothing is received.</returns>
    public bool TryReceive(Span<byte> buffer, out int length)
    {
        for (int skipped = 0; skipped < MostSkippedInARow;)
        {
            SocketAddressLinkLayer sender;
            MessageHeader header = default;
            header.msg_name = &sender;
            header.msg_namelen = (uint)sizeof(SocketAddressLinkLayer);
            fixed (byte* bytes = buffer)
            {
                IoVector vector = new() { iov_base = bytes, iov_len = (nuint)buffer.Length };
                header.msg_iov = &vector;
                header.msg_iovlen = 1;
                length = (int)SysSocket.recvmsg(Descriptor, &header, 0);
            }

            if (length >= 0 && sender.sll_pkttype != LinuxIfPacket.PACKET_OUTGOING)
                return true;
            if (length >= 0)
                skipped++;
            else if (Errno.Last is Errno.EAGAIN)
                break;
            // ENETDOWN is said once when the link goes down, and frames may be queued behind it.
            else if (Errno.Last is not (Errno.EINTR or Errno.ENETDOWN))
                throw LinuxException.Last("recvmsg");
        }

        length = 0;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static bool IsPartial(int sent) => sent > 0 || Errno.Last is Errno.EAGAIN or Errno.ENOBUFS;

    private static PacketSocket Open(Action<FileDescriptor> configure)
    {
        // Protocol 0 until it is bound: between socket() and bind() nothing of any interface gets in.
        FileDescriptor fd = SocketOptions.OpenRaw(SysSocket.AF_PACKET, protocol: 0);
        try
        {
            configure(fd);
            return new PacketSocket(fd);
        }
        catch
        {
            fd.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A program of thousands of instructions grows when the kernel translates it, and net.core.optmem_max (20 KiB in
    /// older kernels) bounds what a socket may hold.
    /// </summary>
    private static void AttachWhatFits(
        FileDescriptor fd, ReadOnlySpan<BpfInstruction> filter, ReadOnlySpan<BpfInstruction> wider)
    {
        bool mayBeWider = !wider.IsEmpty;
        try
        {
            Attach(fd, filter);
        }
        catch (LinuxException noRoom) when (noRoom.Errno == Errno.ENOMEM && mayBeWider)
        {
            Attach(fd, wider);
        }
    }

    private static void Attach(FileDescriptor fd, ReadOnlySpan<BpfInstruction> filter)
    {
        fixed (BpfInstruction* instructions = filter)
        {
            var program = new SocketFilterProgram { len = checked((ushort)filter.Length), filter = instructions };
            SocketOptions.Set(fd, SysSocket.SOL_SOCKET, SysSocket.SO_ATTACH_FILTER, program, "SO_ATTACH_FILTER");
        }
    }

    private static void Bind(FileDescriptor fd, InterfaceIndex index, ushort etherType)
    {
        var address = new SocketAddressLinkLayer
        {
            sll_family = SysSocket.AF_PACKET,
            sll_protocol = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(etherType) : etherType,
            sll_ifindex = index.Value,
        };
        LinuxException.Check(SysSocket.bind(fd, &address, (uint)sizeof(SocketAddressLinkLayer)), "bind");
    }
}
