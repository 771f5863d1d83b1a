using System.Buffers.Binary;
using System.Text;
using Vipd.Vrrp;

namespace Vipd.Daemon.Recording;

/// <summary>
/// Reads foreign bytes from front to back. The first thing that is wrong is kept, and everything after it reads as
/// zero: so the caller need not look after each field.
/// </summary>
internal ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Null while all is well.</summary>
    public string? Error { get; private set; }

    public readonly int Remaining => _rest.Length;

    public void Fail(string reason) => Error ??= reason;

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length)
            Fail($"it ends where {length} more bytes should be");
        if (Error is not null)
            return [];
        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public void Skip(int length) => Bytes(length);

    public byte Byte() => Bytes(1) is [byte octet] ? octet : (byte)0;

    public ushort UInt16() =>
        Bytes(sizeof(ushort)) is { Length: > 0 } octets ? BinaryPrimitives.ReadUInt16LittleEndian(octets) : (ushort)0;

    public int Int32() =>
        Bytes(sizeof(int)) is { Length: > 0 } octets ? BinaryPrimitives.ReadInt32LittleEndian(octets) : 0;

    public long Int64(long least, long most)
    {
        long value = Bytes(sizeof(long)) is { Length: > 0 } octets ? BinaryPrimitives.ReadInt64LittleEndian(octets) : 0;
        if (value >= least && value <= most)
            return value;
        Fail($"{value} is not in {least}..{most}");
        return least;
    }

    /// <summary>A count in 2 bytes of things that take at least <paramref name="size"/> bytes each.</summary>
    public int Count(int size)
    {
        int count = UInt16();
        if (count * size > _rest.Length)
            Fail($"it claims {count} items where {_rest.Length} bytes are left");
        return Error is null ? count : 0;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes(UInt16()));

    public InternetAddress Address()
    {
        int length = Byte();
        if (length is not (4 or 16))
            Fail($"an address of {length} bytes");
        return Bytes(length) is { Length: > 0 } octets ? InternetAddress.From(octets) : default;
    }
}
