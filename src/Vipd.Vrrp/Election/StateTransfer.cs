using System.Buffers.Binary;

namespace Vipd.Vrrp.Election;

/// <summary>
/// Carries the state of an election into bytes or out of them: each part names its fields once, for both directions, so
/// that the two cannot differ. A field is 8 bytes, little-endian, or 1, its distance from the least value, where that
/// is enough for all that it may be: of 255 routers, eight such states are kept.
/// </summary>
/// <remarks>
/// What is restored may come from a file that somebody else wrote: a value outside its bounds ends the transfer as not
/// valid, and no later call reads anything.
/// </remarks>
internal ref struct StateTransfer
{
    private readonly Span<byte> _destination;
    private readonly ReadOnlySpan<byte> _source;
    private readonly bool _saves;
    private readonly bool _restores;

    private StateTransfer(Span<byte> destination, ReadOnlySpan<byte> source, bool saves, bool restores)
    {
        _destination = destination;
        _source = source;
        _saves = saves;
        _restores = restores;
    }

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>Every restored value was within its bounds.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>Carries nothing: for <see cref="Length"/>.</summary>
    public static StateTransfer Measuring() => new([], [], saves: false, restores: false);

    /// <summary>Out of the router.</summary>
    public static StateTransfer Saving(Span<byte> destination) => new(destination, [], saves: true, restores: false);

    /// <summary>Into a router.</summary>
    public static StateTransfer Restoring(ReadOnlySpan<byte> source) => new([], source, saves: false, restores: true);

    public void Carry(ref long value, long least, long most)
    {
        int at = Length;
        bool isSmall = unchecked((ulong)(most - least)) <= byte.MaxValue;
        Length += isSmall ? sizeof(byte) : sizeof(long);
        if (_saves && isSmall)
            _destination[at] = (byte)(value - least);
        else if (_saves)
            BinaryPrimitives.WriteInt64LittleEndian(_destination[at..], value);
        else if (_restores && IsValid)
            Restore(ref value, at, isSmall, least, most);
    }

    public void Carry(ref int value, int least, int most)
    {
        long wide = value;
        Carry(ref wide, least, most);
        value = (int)wide;
    }

    public void Carry(ref ulong value)
    {
        long bits = unchecked((long)value);
        Carry(ref bits, long.MinValue, long.MaxValue);
        value = unchecked((ulong)bits);
    }

    public void Carry(ref bool value)
    {
        int bit = value ? 1 : 0;
        Carry(ref bit, 0, 1);
        value = bit == 1;
    }

    public void Carry(ref MonotonicTime value)
    {
        long nanoseconds = value.Nanoseconds;
        Carry(ref nanoseconds, 0, long.MaxValue);
        value = new MonotonicTime(nanoseconds);
    }

    /// <summary>Three fields: its length in bytes, 0 if there is none, and its octets as a number.</summary>
    public void Carry(ref InternetAddress? value)
    {
        int length = value?.Length ?? 0;
        Carry(ref length, 0, 16);
        ulong high = value?.High ?? 0;
        ulong low = value?.Low ?? 0;
        Carry(ref high);
        Carry(ref low);
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, high);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], low);
        value = length switch
        {
            4 => InternetAddress.From(octets[12..]),
            16 => InternetAddress.From(octets),
            _ => null,
        };
    }

    public void Carry(ref TimeSpan value, TimeSpan least, TimeSpan most)
    {
        long ticks = value.Ticks;
        Carry(ref ticks, least.Ticks, most.Ticks);
        value = new TimeSpan(ticks);
    }

    private void Restore(ref long value, int at, bool isSmall, long least, long most)
    {
        IsValid = Length <= _source.Length;
        if (!IsValid)
            return;
        long read = isSmall ? least + _source[at] : BinaryPrimitives.ReadInt64LittleEndian(_source[at..]);
        IsValid = read >= least && read <= most;
        if (IsValid)
            value = read;
    }
}
