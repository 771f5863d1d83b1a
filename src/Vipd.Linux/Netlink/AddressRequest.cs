namespace Vipd.Linux.Netlink;

/// <summary>What to do where the address is there already.</summary>
public enum AddressMode : byte
{
    /// <summary>Fail with EEXIST.</summary>
    CreateExclusive,

    /// <summary>Renew it: lifetimes and flags become those of the request.</summary>
    Replace,
}

/// <summary>An address to add, to renew or to delete.</summary>
public readonly record struct AddressRequest
{
    /// <summary>A lifetime without an end (INFINITY_LIFE_TIME of linux/if_addr.h).</summary>
    public const uint ForEver = uint.MaxValue;

    /// <summary>A request for an address that stays for ever and fails if it exists.</summary>
    public AddressRequest()
    {
        ValidSeconds = ForEver;
        PreferredSeconds = ForEver;
    }

    /// <summary>The interface that carries it.</summary>
    public InterfaceIndex Interface { get; init; }

    /// <summary>The address, IPv4 or IPv6.</summary>
    public IpOctets Address { get; init; }

    /// <summary>0..32 or 0..128.</summary>
    public byte PrefixLength { get; init; }

    /// <summary>
    /// After so many seconds the kernel removes it; 1 and up. Not before <see cref="PreferredSeconds"/>.
    /// </summary>
    public uint ValidSeconds { get; init; }

    /// <summary>For so many seconds it may be the source of new connections; 0: never chosen.</summary>
    public uint PreferredSeconds { get; init; }

    /// <summary>IFA_PROTO, who put it there; 0 for none. Linux before 5.18 ignores it.</summary>
    public byte ProtocolTag { get; init; }

    /// <summary>What to do where it exists.</summary>
    public AddressMode Mode { get; init; }

    /// <summary>IFA_F_NODAD: IPv6 uses it at once, without Duplicate Address Detection (RFC 4862 §5.4).</summary>
    public bool NoDuplicateAddressDetection { get; init; }

    /// <summary>
    /// IFA_F_NOPREFIXROUTE: no route to the subnet comes and goes with it. IPv6 keeps one such route for all addresses
    /// of a subnet, and the lifetime of this address would become the route's.
    /// </summary>
    public bool NoPrefixRoute { get; init; }
}
