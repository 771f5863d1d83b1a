using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Sockets;

/// <summary>Walks the ancillary data of a received message (cmsg(3)).</summary>
internal ref struct ControlMessageReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Every control message starts and its data starts at a multiple of a size_t (CMSG_ALIGN).</summary>
    internal static int Align(int length) => (length + (nint.Size - 1)) & ~(nint.Size - 1);

    /// <summary>The next message; false at the end and before whatever doesn't fit.</summary>
    internal bool TryNext(out int level, out int type, out ReadOnlySpan<byte> data)
    {
        (level, type) = (0, 0);
        data = default;
        int headerLength = Align(Unsafe.SizeOf<ControlMessageHeader>());
        if (_rest.Length < headerLength)
            return false;
        var header = MemoryMarshal.Read<ControlMessageHeader>(_rest);
        if (header.cmsg_len < (nuint)headerLength || header.cmsg_len > (nuint)_rest.Length)
            return false;
        int length = (int)header.cmsg_len;
        (level, type) = (header.cmsg_level, header.cmsg_type);
        data = _rest[headerLength..length];
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }
}

/// <summary>Writes the ancillary data of a message to send: one control message.</summary>
internal static class ControlMessageWriter
{
    /// <returns>The octets used, CMSG_SPACE of the data.</returns>
    internal static int Write<T>(Span<byte> destination, int level, int type, in T data)
        where T : unmanaged
    {
        int headerLength = ControlMessageReader.Align(Unsafe.SizeOf<ControlMessageHeader>());
        int length = headerLength + Unsafe.SizeOf<T>();
        int space = ControlMessageReader.Align(length);
        destination[..space].Clear();
        MemoryMarshal.Write(
            destination,
            new ControlMessageHeader { cmsg_len = (nuint)length, cmsg_level = level, cmsg_type = type });
        MemoryMarshal.Write(destination[headerLength..], data);
        return space;
    }
}
