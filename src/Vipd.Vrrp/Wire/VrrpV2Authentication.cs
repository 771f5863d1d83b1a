using System.Buffers.Binary;
using System.Text;

namespace Vipd.Vrrp.Wire;

/// <summary>
/// What a VRRPv2 message carries for authentication: nothing, or a password in the clear (RFC 2338 §5.3.6; RFC 3768
/// has taken it out, keepalived still sends it). Its text is never shown: it may be the password of something else too.
/// </summary>
public readonly record struct VrrpV2Authentication
{
    /// <summary>Octets of a password that are sent; also those of the field, which is there without one.</summary>
    public const int Length = 8;

    private const byte TypeNone = 0;
    private const byte TypePassword = 1;

    private readonly ulong _data;

    private VrrpV2Authentication(byte type, ulong data) => (Type, _data) = (type, data);

    /// <summary>No authentication; the default value.</summary>
    public static VrrpV2Authentication None => default;

    /// <summary>The field Auth Type: 0 or 1.</summary>
    public byte Type { get; }

    /// <summary>A password of 1..8 octets in UTF-8, padded with zeros.</summary>
    /// <exception cref="ArgumentException">Empty or longer.</exception>
    public static VrrpV2Authentication Password(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (Encoding.UTF8.GetByteCount(text) > Length)
            throw new ArgumentException("a VRRPv2 password has at most 8 octets", nameof(text));
        Span<byte> octets = stackalloc byte[Length];
        Encoding.UTF8.GetBytes(text, octets);
        return new VrrpV2Authentication(TypePassword, BinaryPrimitives.ReadUInt64BigEndian(octets));
    }

    /// <summary>
    /// Whether a message of another router is authentic: the type first, then the data, compared as one word and so in
    /// a time that tells nothing. Without authentication the data are ignored.
    /// </summary>
    public DiscardReason Check(byte type, ReadOnlySpan<byte> data)
    {
        if (type != Type)
            return DiscardReason.AuthenticationTypeMismatch;
        return Type == TypeNone || (BinaryPrimitives.ReadUInt64BigEndian(data) ^ _data) == 0
            ? DiscardReason.None
            : DiscardReason.PasswordMismatch;
    }

    internal void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, _data);

    /// <summary>Without the password.</summary>
    public override string ToString() => Type == TypeNone ? "none" : "password";
}
