using System.Diagnostics.CodeAnalysis;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>What changed.</summary>
public enum RouteChangeKind : byte
{
    /// <summary>An address was added, or one that exists was renewed.</summary>
    AddressAdded,

    /// <summary>An address was removed, by whomever, or its lifetime ended.</summary>
    AddressRemoved,

    /// <summary>An interface appeared, or something about it changed.</summary>
    LinkChanged,

    /// <summary>An interface is gone.</summary>
    LinkRemoved,

    /// <summary>Changes were lost: list addresses and links again.</summary>
    Overrun,
}

/// <summary>One change that the kernel reported. Holds everything in place: no allocation.</summary>
public readonly struct RouteChange
{
    private readonly AddressFacts _address;
    private readonly LinkFacts _link;

    internal RouteChange(RouteChangeKind kind) => Kind = kind;

    internal RouteChange(RouteChangeKind kind, in AddressFacts address)
        : this(kind) => (_address, Interface) = (address, address.Interface);

    internal RouteChange(RouteChangeKind kind, in LinkFacts link)
        : this(kind) => (_link, Interface) = (link, link.Interface);

    /// <summary>What changed; it tells which of the other members mean something.</summary>
    public RouteChangeKind Kind { get; }

    /// <summary>The interface; none for an overrun.</summary>
    public InterfaceIndex Interface { get; }

    /// <summary>The address; its length is 0 where the change is none of an address.</summary>
    public IpOctets Address => _address.Address;

    /// <summary>The address in network order: 4 or 16 octets, 0 where the change is none of an address.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AddressOctets => _address.AddressOctets;

    /// <summary>Prefix length of the address.</summary>
    public byte PrefixLength => _address.PrefixLength;

    /// <summary>IFA_PROTO of the address; null where nobody set it and before Linux 5.18.</summary>
    public byte? ProtocolTag => _address.ProtocolTag;

    /// <summary>IPv6: Duplicate Address Detection has not ended; it can't be used yet.</summary>
    public bool IsTentative => (_address.Flags & LinuxIfAddr.IFA_F_TENTATIVE) != 0;

    /// <summary>What is left of the address's life; uint.MaxValue for ever.</summary>
    public uint ValidSeconds => _address.ValidSeconds;

    /// <summary>See <see cref="InterfaceAddress.CreatedAt"/>.</summary>
    public uint CreatedAt => _address.CreatedAt;

    /// <summary>IPv4: another address of the same subnet came first.</summary>
    public bool IsSecondary => (_address.Flags & LinuxIfAddr.IFA_F_SECONDARY) != 0;

    /// <summary>Link: IFF_UP.</summary>
    public bool IsUp => _link.IsUp;

    /// <summary>Link: IFF_LOWER_UP and IFF_RUNNING, it is up, the medium is there, and packets pass.</summary>
    public bool HasCarrier => _link.HasCarrier;

    /// <summary>Link: the hardware address, 0..32 octets.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> LinkLayerAddress => _link.LinkLayerAddress;

    /// <summary>Link: whether this is its name, in UTF-8; false where the change is none of a link.</summary>
    public bool IsNamed(ReadOnlySpan<byte> name) => _link.IsNamed(name);

    /// <summary>Link: its name (allocates); empty where the change is none of a link.</summary>
    public string ReadLinkName() => _link.ReadName();
}
