using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>
/// Writes netlink messages one behind the other into a buffer (netlink(7)): header, fixed part, attributes, each
/// padded to 4 octets. All integers are in host order. A buffer that is too small is a bug of the caller's and throws.
/// </summary>
internal ref struct NetlinkWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;
    private int _messageStart;

    /// <summary>Octets written so far.</summary>
    internal int Length { get; private set; }

    /// <summary>The space that <paramref name="length"/> octets take: NLMSG_ALIGN and NLA_ALIGN are the same.</summary>
    internal static int Align(int length) =>
        (length + LinuxNetlink.NLMSG_ALIGNTO - 1) & ~(LinuxNetlink.NLMSG_ALIGNTO - 1);

    /// <summary>Starts a message; <see cref="End"/> sets its length.</summary>
    internal void Begin<T>(ushort type, ushort flags, uint sequence, in T fixedPart)
        where T : unmanaged
    {
        _messageStart = Length;
        Append(new NetlinkMessageHeader { nlmsg_type = type, nlmsg_flags = flags, nlmsg_seq = sequence });
        Append(fixedPart);
    }

    /// <summary>Adds an attribute that is an integer or a struct.</summary>
    internal void Attribute<T>(ushort type, T value)
        where T : unmanaged => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value)));

    /// <summary>Adds an attribute.</summary>
    internal void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        int length = Unsafe.SizeOf<NetlinkAttributeHeader>() + value.Length;
        Append(new NetlinkAttributeHeader { nla_len = checked((ushort)length), nla_type = type });
        Span<byte> space = Take(Align(value.Length));
        space.Clear();
        value.CopyTo(space);
    }

    /// <summary>Starts an attribute that holds attributes; <see cref="EndNested"/> sets its length.</summary>
    internal int BeginNested(ushort type)
    {
        int start = Length;
        Append(new NetlinkAttributeHeader { nla_type = type });
        return start;
    }

    /// <summary>Ends the attribute that began at <paramref name="start"/>.</summary>
    internal readonly void EndNested(int start)
    {
        ushort length = checked((ushort)(Length - start));
        MemoryMarshal.Write(_buffer[start..], in length);
    }

    /// <summary>Ends the message.</summary>
    internal readonly void End()
    {
        uint length = (uint)(Length - _messageStart);
        MemoryMarshal.Write(_buffer[_messageStart..], in length);
    }

    private void Append<T>(in T value)
        where T : unmanaged
    {
        Span<byte> space = Take(Align(Unsafe.SizeOf<T>()));
        space.Clear();
        MemoryMarshal.Write(space, in value);
    }

    private Span<byte> Take(int length)
    {
        Span<byte> space = _buffer.Slice(Length, length);
        Length += length;
        return space;
    }
}
