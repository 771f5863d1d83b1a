using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>What RTM_NEWLINK and RTM_DELLINK say about an interface; read without an allocation.</summary>
internal readonly struct LinkFacts
{
    private const int LongestLinkLayerAddress = 32; // MAX_ADDR_LEN of linux/netdevice.h

    // LOWER_UP comes first; until RUNNING the queue is not attached and what is sent is thrown away without an error
    // (net/core/link_watch.c), as it is while 802.1X has not let us in (IF_OPER_DORMANT, RFC 2863 §3.1.12).
    private const uint CarriesPackets = LinuxIf.IFF_RUNNING | LinuxIf.IFF_LOWER_UP;

    private readonly Name _name;
    private readonly LinkLayerOctets _linkLayer;
    private readonly byte _nameLength;
    private readonly byte _linkLayerLength;

    private LinkFacts(
        InterfaceInformationMessage fixedPart, ReadOnlySpan<byte> name, ReadOnlySpan<byte> linkLayer, int mtu)
    {
        Interface = new InterfaceIndex(fixedPart.ifi_index);
        IsWholeLink = fixedPart.ifi_family == SysSocket.AF_UNSPEC;
        IsUp = (fixedPart.ifi_flags & LinuxIf.IFF_UP) != 0;
        HasCarrier = (fixedPart.ifi_flags & CarriesPackets) == CarriesPackets;
        MaximumTransmissionUnit = mtu;
        name.CopyTo(_name);
        linkLayer.CopyTo(_linkLayer);
        _nameLength = (byte)name.Length;
        _linkLayerLength = (byte)linkLayer.Length;
    }

    internal InterfaceIndex Interface { get; }

    /// <summary>
    /// The message is about the link itself, not about its place in a bridge (AF_BRIDGE) or its IPv6 state.
    /// </summary>
    internal bool IsWholeLink { get; }

    internal bool IsUp { get; }

    internal bool HasCarrier { get; }

    internal int MaximumTransmissionUnit { get; }

    [UnscopedRef]
    internal ReadOnlySpan<byte> LinkLayerAddress => ((ReadOnlySpan<byte>)_linkLayer)[.._linkLayerLength];

    /// <summary>False: too short. A name or an address that is too long is taken for none.</summary>
    internal static bool TryRead(in NetlinkMessage message, out LinkFacts facts)
    {
        facts = default;
        if (!message.TryRead(out InterfaceInformationMessage fixedPart, out NetlinkAttributeReader attributes))
            return false;
        int mtu = 0;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> linkLayer = default;
        while (attributes.TryNext(out int type, out ReadOnlySpan<byte> value))
        {
            switch (type)
            {
                case LinuxIfLink.IFLA_IFNAME when value.Length <= LinuxIf.IFNAMSIZ:
                    name = value.TrimEnd((byte)0);
                    break;
                case LinuxIfLink.IFLA_ADDRESS when value.Length <= LongestLinkLayerAddress:
                    linkLayer = value;
                    break;
                case LinuxIfLink.IFLA_MTU when value.Length >= sizeof(int):
                    mtu = MemoryMarshal.Read<int>(value);
                    break;
            }
        }

        facts = new LinkFacts(fixedPart, name, linkLayer, mtu);
        return true;
    }

    internal bool IsNamed(ReadOnlySpan<byte> name) =>
        _nameLength > 0 && name.SequenceEqual(((ReadOnlySpan<byte>)_name)[.._nameLength]);

    internal string ReadName() => Encoding.UTF8.GetString(((ReadOnlySpan<byte>)_name)[.._nameLength]);

    internal InterfaceLink ToRecord() => new(
        Interface, ReadName(), LinkLayerAddress.ToArray(), IsUp, HasCarrier, MaximumTransmissionUnit);

    [InlineArray(LinuxIf.IFNAMSIZ)]
    private struct Name
    {
        private byte _first;
    }

    [InlineArray(LongestLinkLayerAddress)]
    private struct LinkLayerOctets
    {
        private byte _first;
    }
}
