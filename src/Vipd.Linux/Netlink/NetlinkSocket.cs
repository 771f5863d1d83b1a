using Vipd.Linux.Interop;
using Vipd.Linux.Sockets;

namespace Vipd.Linux.Netlink;

/// <summary>What came out of a netlink socket.</summary>
internal enum NetlinkReceipt
{
    Messages,

    /// <summary>Nothing there, or nothing within the time allowed.</summary>
    Nothing,

    /// <summary>The kernel had more to say than was room for, and threw some of it away (ENOBUFS).</summary>
    Overrun,
}

/// <summary>A netlink socket with a buffer for what it receives.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    // The kernel fills up to 32 KiB of a dump at a time; one link with many virtual functions can take as much.
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    /// <summary>Opens a socket.</summary>
    /// <param name="nonBlocking">Receive answers "nothing" at once instead of waiting.</param>
    /// <param name="groups">RTMGRP_ bits to listen to.</param>
    /// <param name="receiveBufferBytes">What may be queued.</param>
    /// <param name="protocol">NETLINK_ROUTE or another family (netlink(7)).</param>
    internal NetlinkSocket(
        bool nonBlocking, uint groups, int receiveBufferBytes, int protocol = LinuxNetlink.NETLINK_ROUTE)
    {
        int type = SysSocket.SOCK_RAW | SysSocket.SOCK_CLOEXEC | (nonBlocking ? SysSocket.SOCK_NONBLOCK : 0);
        int result = SysSocket.socket(SysSocket.AF_NETLINK, type, protocol);
        Descriptor = FileDescriptor.FromCall(result, "socket");
        try
        {
            SocketOptions.SetReceiveBuffer(Descriptor, receiveBufferBytes);
            var address = new SocketAddressNetlink { nl_family = SysSocket.AF_NETLINK, nl_groups = groups };
            LinuxException.Check(SysSocket.bind(Descriptor, &address, (uint)sizeof(SocketAddressNetlink)), "bind");
        }
        catch
        {
            Descriptor.Dispose();
            throw;
        }
    }

    internal FileDescriptor Descriptor { get; }

    /// <summary>Sends messages to the kernel in one system call; it has acted on them when this returns.</summary>
    internal void Send(ReadOnlySpan<byte> messages)
    {
        fixed (byte* bytes = messages)
        {
            IoVector vector = new() { iov_base = bytes, iov_len = (nuint)messages.Length };
            MessageHeader header = default;
            header.msg_iov = &vector;
            header.msg_iovlen = 1;
            while (SysSocket.sendmsg(Descriptor, &header, 0) < 0)
            {
                if (Errno.Last != Errno.EINTR)
                    throw LinuxException.Last("sendmsg netlink");
            }
        }
    }

    /// <summary>
    /// Receives one run of messages, valid until the next call. What doesn't come from the kernel is dropped.
    /// </summary>
    internal NetlinkReceipt Receive(out ReadOnlySpan<byte> messages)
    {
        messages = default;
        while (true)
        {
            SocketAddressNetlink sender = default;
            nint length;
            MessageHeader header = default;
            fixed (byte* bytes = _buffer)
            {
                IoVector vector = new() { iov_base = bytes, iov_len = BufferBytes };
                header.msg_name = &sender;
                header.msg_namelen = (uint)sizeof(SocketAddressNetlink);
                header.msg_iov = &vector;
                header.msg_iovlen = 1;
                length = SysSocket.recvmsg(Descriptor, &header, 0);
            }

            if (length < 0)
            {
                switch (Errno.Last)
                {
                    case Errno.EINTR: continue;
                    case Errno.EAGAIN: return NetlinkReceipt.Nothing;
                    case Errno.ENOBUFS: return NetlinkReceipt.Overrun;
                    default: throw LinuxException.Last("recvmsg netlink");
                }
            }

            if (sender.nl_pid != 0)
                continue;
            if ((header.msg_flags & SysSocket.MSG_TRUNC) != 0)
                return NetlinkReceipt.Overrun;
            messages = _buffer.AsSpan(0, (int)length);
            return NetlinkReceipt.Messages;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();
}
