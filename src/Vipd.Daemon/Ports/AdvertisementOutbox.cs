using Vipd.Linux;
using Vipd.Linux.Sockets;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The Advertisements of one interface that are due in one pass of the loop. Of a hundred virtual routers many are due
/// at once, and most of what a short message costs is the system call: so they leave together.
/// </summary>
internal sealed class AdvertisementOutbox(RawIpSocket socket)
{
    private const int Capacity = 64;
    private const int Octets = 1 << 14;

    private readonly OutgoingBatch _batch = new(Capacity, Octets);
    private readonly Action<LinuxException?>[] _receipts = new Action<LinuxException?>[Capacity];

    /// <summary>What does not wait goes out here.</summary>
    public RawIpSocket Socket => socket;

    /// <summary>For <see cref="Flush"/>, at the end of this pass at the latest.</summary>
    /// <param name="message">Is copied.</param>
    /// <param name="source">4 or 16 octets.</param>
    /// <param name="destination">As many.</param>
    /// <param name="receipt">Told once the message has gone out, with null, or what the kernel has said.</param>
    public void Add(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> source,
        ReadOnlySpan<byte> destination,
        Action<LinuxException?> receipt)
    {
        if (!socket.TryQueue(_batch, message, source, destination))
        {
            Flush();
            if (!socket.TryQueue(_batch, message, source, destination))
                throw new ArgumentException($"a message of {message.Length} octets", nameof(message));
        }

        _receipts[_batch.Count - 1] = receipt;
    }

    /// <summary>One that is refused does not keep the others.</summary>
    public void Flush()
    {
        for (int next = 0; next < _batch.Count;)
        {
            int done = 1;
            LinuxException? refused = null;
            try
            {
                done = socket.Send(_batch, next);
            }
            catch (LinuxException refusal)
            {
                refused = refusal;
            }

            for (int i = next; i < next + done; i++)
                _receipts[i](refused);
            next += done;
        }

        _batch.Clear();
    }
}
