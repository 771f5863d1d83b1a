using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>What RTM_NEWADDR and RTM_DELADDR say about an address; read without an allocation.</summary>
internal readonly struct AddressFacts
{
    private readonly IpOctets _address;

    internal InterfaceIndex Interface { get; private init; }

    internal IpOctets Address
    {
        get => _address;
        private init => _address = value;
    }

    [UnscopedRef]
    internal ReadOnlySpan<byte> AddressOctets => _address.Span;

    internal byte PrefixLength { get; private init; }

    internal byte Scope { get; private init; }

    internal uint Flags { get; private init; }

    internal byte? ProtocolTag { get; private init; }

    internal uint ValidSeconds { get; private init; }

    internal uint PreferredSeconds { get; private init; }

    internal uint CreatedAt { get; private init; }

    /// <summary>False: too short, or without an IPv4 or IPv6 address.</summary>
    internal static bool TryRead(in NetlinkMessage message, out AddressFacts facts)
    {
        facts = default;
        if (!message.TryRead(out InterfaceAddressMessage fixedPart, out NetlinkAttributeReader attributes))
            return false;
        uint flags = fixedPart.ifa_flags;
        byte? tag = null;
        InterfaceAddressCacheInformation lifetime = new()
        {
            ifa_valid = AddressRequest.ForEver,
            ifa_prefered = AddressRequest.ForEver,
        };
        ReadOnlySpan<byte> local = default;
        ReadOnlySpan<byte> address = default;
        while (attributes.TryNext(out int type, out ReadOnlySpan<byte> value))
        {
            switch (type)
            {
                case LinuxIfAddr.IFA_LOCAL: local = value; break;
                case LinuxIfAddr.IFA_ADDRESS: address = value; break;
                case LinuxIfAddr.IFA_PROTO when value.Length >= 1: tag = value[0]; break;
                // The 32 bits of which ifa_flags are the lowest 8.
                case LinuxIfAddr.IFA_FLAGS when value.Length >= sizeof(uint):
                    flags = MemoryMarshal.Read<uint>(value);
                    break;
                case LinuxIfAddr.IFA_CACHEINFO
                    when MemoryMarshal.TryRead(value, out InterfaceAddressCacheInformation read):
                    lifetime = read;
                    break;
            }
        }

        // IFA_ADDRESS is the far end on a point-to-point link; IPv6 leaves IFA_LOCAL out where there is none.
        ReadOnlySpan<byte> own = local.IsEmpty ? address : local;
        if (own.Length != (fixedPart.ifa_family switch { SysSocket.AF_INET => 4, SysSocket.AF_INET6 => 16, _ => -1 }))
            return false;
        facts = new AddressFacts
        {
            Interface = new InterfaceIndex((int)fixedPart.ifa_index),
            Address = new IpOctets(own),
            PrefixLength = fixedPart.ifa_prefixlen,
            Scope = fixedPart.ifa_scope,
            Flags = flags,
            ProtocolTag = tag,
            ValidSeconds = lifetime.ifa_valid,
            PreferredSeconds = lifetime.ifa_prefered,
            CreatedAt = lifetime.cstamp,
        };
        return true;
    }

    internal InterfaceAddress ToRecord() => new(
        Interface, Address.ToIPAddress(), PrefixLength, ProtocolTag, ValidSeconds, PreferredSeconds, Flags, Scope)
    {
        CreatedAt = CreatedAt,
    };
}
