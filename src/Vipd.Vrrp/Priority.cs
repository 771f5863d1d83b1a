using System.Globalization;

namespace Vipd.Vrrp;

/// <summary>
/// VRRP priority, 0..255 (RFC 9568 §5.2.4): 0 resigns, 255 is the IPvX address owner, 1..254 compete.
/// </summary>
public readonly record struct Priority(byte Value) : IComparable<Priority>
{
    /// <summary>Priority 0: the Active Router stops taking part; its successor need not wait for a timeout.</summary>
    public static readonly Priority Resign = new(0);

    /// <summary>The lowest priority that still competes.</summary>
    public static readonly Priority Lowest = new(1);

    /// <summary>The default of RFC 9568 §6.1.</summary>
    public static readonly Priority Default = new(100);

    /// <summary>Priority 255: the router that owns the IPvX addresses.</summary>
    public static readonly Priority AddressOwner = new(255);

    public bool IsResign => Value == 0;

    public bool IsAddressOwner => Value == 255;

    /// <summary>
    /// Lowered by <paramref name="weight"/>, never below 1. The owner's and the resigning priority do not move.
    /// </summary>
    public Priority LoweredBy(int weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        return IsAddressOwner || IsResign ? this : new Priority((byte)Math.Max(1, Value - weight));
    }

    public int CompareTo(Priority other) => Value.CompareTo(other.Value);

    public static bool operator <(Priority left, Priority right) => left.Value < right.Value;

    public static bool operator >(Priority left, Priority right) => left.Value > right.Value;

    public static bool operator <=(Priority left, Priority right) => left.Value <= right.Value;

    public static bool operator >=(Priority left, Priority right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
