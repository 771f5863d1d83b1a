using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Walks the netlink messages in a buffer. Bytes that contradict themselves (a length shorter than its header or longer
/// than what is left) end the walk; nothing throws, and every step goes forward.
/// </summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> buffer)
{
    private ReadOnlySpan<byte> _rest = buffer;

    /// <summary>The next message; false at the end, or where the bytes make no sense.</summary>
    internal bool TryNext(out NetlinkMessage message)
    {
        message = default;
        int headerLength = Unsafe.SizeOf<NetlinkMessageHeader>();
        if (_rest.Length < headerLength)
            return false;
        var header = MemoryMarshal.Read<NetlinkMessageHeader>(_rest);
        if (header.nlmsg_len < headerLength || header.nlmsg_len > _rest.Length)
            return false;
        int length = (int)header.nlmsg_len;
        message = new NetlinkMessage(header, _rest[headerLength..length]);
        _rest = _rest[Math.Min(NetlinkWriter.Align(length), _rest.Length)..];
        return true;
    }
}

/// <summary>One message: its header, and what follows up to its length.</summary>
internal readonly ref struct NetlinkMessage(NetlinkMessageHeader header, ReadOnlySpan<byte> payload)
{
    internal ushort Type { get; } = header.nlmsg_type;

    internal ushort Flags { get; } = header.nlmsg_flags;

    internal uint Sequence { get; } = header.nlmsg_seq;

    /// <summary>Octets from the message's first to its last, without padding.</summary>
    internal int TotalLength { get; } = (int)header.nlmsg_len;

    internal ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>
    /// Takes the payload apart into its fixed part and its attributes; false if it is too short for the former.
    /// </summary>
    internal bool TryRead<T>(out T fixedPart, out NetlinkAttributeReader attributes)
        where T : unmanaged
    {
        attributes = default;
        if (!MemoryMarshal.TryRead(Payload, out fixedPart))
            return false;
        attributes = new NetlinkAttributeReader(
            Payload[Math.Min(NetlinkWriter.Align(Unsafe.SizeOf<T>()), Payload.Length)..]);
        return true;
    }
}

/// <summary>Walks attributes, with the same promises as <see cref="NetlinkReader"/>.</summary>
internal ref struct NetlinkAttributeReader(ReadOnlySpan<byte> buffer)
{
    private ReadOnlySpan<byte> _rest = buffer;

    /// <summary>The next attribute, its type without the NLA_F_ flags.</summary>
    internal bool TryNext(out int type, out ReadOnlySpan<byte> value)
    {
        type = 0;
        value = default;
        int headerLength = Unsafe.SizeOf<NetlinkAttributeHeader>();
        if (_rest.Length < headerLength)
            return false;
        var header = MemoryMarshal.Read<NetlinkAttributeHeader>(_rest);
        if (header.nla_len < headerLength || header.nla_len > _rest.Length)
            return false;
        type = header.nla_type & LinuxNetlink.NLA_TYPE_MASK;
        value = _rest[headerLength..header.nla_len];
        _rest = _rest[Math.Min(NetlinkWriter.Align(header.nla_len), _rest.Length)..];
        return true;
    }
}
