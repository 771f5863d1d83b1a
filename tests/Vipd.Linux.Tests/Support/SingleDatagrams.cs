using Vipd.Linux.Sockets;

namespace Vipd.Linux.Tests.Support;

/// <summary>For tests that wait for one datagram after the other.</summary>
internal static class SingleDatagrams
{
    /// <summary>The next one, its payload at its offset in the buffer. False: nothing is queued.</summary>
    public static bool TryReceive(this RawIpSocket socket, Span<byte> buffer, out IpDatagram datagram)
    {
        datagram = default;
        var batch = new DatagramBatch(capacity: 1);
        socket.Receive(batch);
        if (batch.Count == 0)
            return false;
        Assert.True(batch.TryRead(0, out ReadOnlySpan<byte> payload, out datagram));
        payload.CopyTo(buffer[datagram.PayloadOffset..]);
        return true;
    }
}
