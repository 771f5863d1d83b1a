using System.Globalization;

namespace Vipd.Vrrp;

/// <summary>
/// An interval as VRRPv3 carries it: 1..4095 hundredths of a second, 12 bits (RFC 9568 §5.2.7). The default value is
/// invalid and never leaves a constructor.
/// </summary>
public readonly record struct Centiseconds
{
    private readonly ushort _value;

    /// <exception cref="ArgumentOutOfRangeException">The value is not in 1..4095.</exception>
    public Centiseconds(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4095);
        _value = (ushort)value;
    }

    /// <summary>Hundredths of a second, 1..4095.</summary>
    public int Value => _value;

    /// <summary>
    /// Reads the 12-bit wire field; 0 would be an interval without end of Advertisements and is refused.
    /// </summary>
    public static bool TryFrom(int field, out Centiseconds interval)
    {
        interval = field is >= 1 and <= 4095 ? new Centiseconds(field) : default;
        return interval._value != 0;
    }

    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(_value * (TimeSpan.TicksPerSecond / 100));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_value}cs");
}
