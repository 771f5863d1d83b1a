namespace Vipd.Vrrp;

/// <summary>
/// Virtual Router Identifier, 1..255 (RFC 9568 §5.2.3). The default value is invalid and never leaves a constructor.
/// </summary>
public readonly record struct Vrid
{
    private readonly byte _value;

    /// <exception cref="ArgumentOutOfRangeException">The value is not in 1..255.</exception>
    public Vrid(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 255);
        _value = (byte)value;
    }

    /// <summary>The identifier as the wire carries it, 1..255.</summary>
    public byte Value => _value;

    /// <summary>Reads the wire octet; 0 is not a VRID.</summary>
    public static bool TryFrom(byte octet, out Vrid vrid)
    {
        vrid = octet == 0 ? default : new Vrid(octet);
        return octet != 0;
    }

    public override string ToString() => _value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
