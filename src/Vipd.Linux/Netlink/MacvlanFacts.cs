using System.Runtime.InteropServices;
using System.Text;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>What RTM_NEWLINK says beyond <see cref="LinkFacts"/>: kind, lower interface, alias, ARP settings.</summary>
internal static class MacvlanFacts
{
    /// <summary>Null: another kind of link, or one that says too little.</summary>
    internal static MacvlanLink? TryRead(in NetlinkMessage message)
    {
        if (!LinkFacts.TryRead(message, out LinkFacts link) || !link.IsWholeLink
            || !message.TryRead(out InterfaceInformationMessage _, out NetlinkAttributeReader attributes))
        {
            return null;
        }

        bool isMacvlan = false;
        int parent = 0;
        string alias = "";
        while (attributes.TryNext(out int type, out ReadOnlySpan<byte> value))
        {
            switch (type)
            {
                case LinuxIfLink.IFLA_LINK when value.Length >= sizeof(int):
                    parent = MemoryMarshal.Read<int>(value);
                    break;
                case LinuxIfLink.IFLA_IFALIAS when value.Length <= LinuxIf.IFALIASZ:
                    alias = Encoding.UTF8.GetString(value.TrimEnd((byte)0));
                    break;
                case LinuxIfLink.IFLA_LINKINFO:
                    isMacvlan = Find(value, LinuxIfLink.IFLA_INFO_KIND).TrimEnd((byte)0).SequenceEqual("macvlan"u8);
                    break;
            }
        }

        return isMacvlan
            ? new MacvlanLink(
                link.Interface, link.ReadName(), new InterfaceIndex(parent), link.LinkLayerAddress.ToArray(), alias,
                link.IsUp)
            : null;
    }

    /// <summary>Null: another interface, or one without IPv4.</summary>
    internal static ArpConduct? TryReadArp(in NetlinkMessage message, InterfaceIndex index)
    {
        if (!message.TryRead(out InterfaceInformationMessage fixedPart, out NetlinkAttributeReader attributes)
            || fixedPart.ifi_index != index.Value || fixedPart.ifi_family != SysSocket.AF_UNSPEC)
        {
            return null;
        }

        while (attributes.TryNext(out int type, out ReadOnlySpan<byte> value))
        {
            if (type != LinuxIfLink.IFLA_AF_SPEC)
                continue;

            // Read, it is an array in which the setting with number n is at n - 1.
            var settings = MemoryMarshal.Cast<byte, int>(
                Find(Find(value, SysSocket.AF_INET), LinuxIfLink.IFLA_INET_CONF));
            if (settings.Length >= LinuxIp.IPV4_DEVCONF_ARP_IGNORE)
            {
                return new ArpConduct(
                    settings[LinuxIp.IPV4_DEVCONF_ARP_IGNORE - 1], settings[LinuxIp.IPV4_DEVCONF_ARP_ANNOUNCE - 1]);
            }
        }

        return null;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> nested, int wanted)
    {
        var attributes = new NetlinkAttributeReader(nested);
        while (attributes.TryNext(out int type, out ReadOnlySpan<byte> value))
        {
            if (type == wanted)
                return value;
        }

        return default;
    }
}
