using System.Text;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>The messages RTM_NEWLINK, RTM_SETLINK and RTM_DELLINK of a macvlan (rtnetlink(7)).</summary>
internal static class MacvlanMessages
{
    /// <summary>More than any message written here takes.</summary>
    internal const int LargestBytes = 512;

    /// <summary>
    /// What the macvlan needs, whatever the machine's defaults are: it answers ARP for its own addresses alone, and
    /// asks with them; and packets may come in by it whose answers leave by the lower interface (loose reverse path
    /// filter, which also outdoes a strict one of conf/all: the kernel goes by the larger number).
    /// </summary>
    private static readonly ArpConduct OwnConduct = new(Ignore: 1, Announce: 2);

    private const int LooseReversePathFilter = 2;

    private const ushort Acknowledged = LinuxNetlink.NLM_F_REQUEST | LinuxNetlink.NLM_F_ACK;

    internal static void WriteCreate(ref NetlinkWriter writer, MacvlanRequest request, uint sequence)
    {
        writer.Begin(
            LinuxRtnetlink.RTM_NEWLINK,
            Acknowledged | LinuxNetlink.NLM_F_CREATE | LinuxNetlink.NLM_F_EXCL,
            sequence,
            new InterfaceInformationMessage { ifi_index = request.Index.Value });
        writer.Attribute(LinuxIfLink.IFLA_IFNAME, Encoding.UTF8.GetBytes(request.Name + "\0"));
        writer.Attribute(LinuxIfLink.IFLA_LINK, request.Parent.Value);
        writer.Attribute(LinuxIfLink.IFLA_ADDRESS, request.LinkLayerAddress.Span);
        int information = writer.BeginNested(LinuxIfLink.IFLA_LINKINFO);
        writer.Attribute(LinuxIfLink.IFLA_INFO_KIND, "macvlan"u8);
        int data = writer.BeginNested(LinuxIfLink.IFLA_INFO_DATA);
        // In mode private the kernel gives a frame whose source is the macvlan's own address to the macvlan alone, and
        // a second Active Router would go unheard on the lower interface.
        writer.Attribute(LinuxIfLink.IFLA_MACVLAN_MODE, LinuxIfLink.MACVLAN_MODE_BRIDGE);
        writer.EndNested(data);
        writer.EndNested(information);
        writer.End();
    }

    internal static void WriteAlias(ref NetlinkWriter writer, InterfaceIndex index, string alias, uint sequence)
    {
        BeginChange(ref writer, index, sequence);
        writer.Attribute(LinuxIfLink.IFLA_IFALIAS, Encoding.UTF8.GetBytes(alias));
        writer.End();
    }

    /// <summary>No IPv6 address is derived from a MAC address that several machines have (RFC 9568 §7.4).</summary>
    internal static void WriteNoGeneratedAddress(ref NetlinkWriter writer, InterfaceIndex index, uint sequence)
    {
        BeginChange(ref writer, index, sequence);
        int families = writer.BeginNested(LinuxIfLink.IFLA_AF_SPEC);
        int family = writer.BeginNested(SysSocket.AF_INET6);
        writer.Attribute(LinuxIfLink.IFLA_INET6_ADDR_GEN_MODE, LinuxIfLink.IN6_ADDR_GEN_MODE_NONE);
        writer.EndNested(family);
        writer.EndNested(families);
        writer.End();
    }

    /// <summary>With the settings each time: udev applies sysctl.d to an interface some time after it has
    /// come.</summary>
    internal static void WriteUp(ref NetlinkWriter writer, InterfaceIndex index, uint sequence)
    {
        BeginChange(ref writer, index, sequence, LinuxIf.IFF_UP);
        WriteSettings(ref writer, OwnConduct, LooseReversePathFilter);
        writer.End();
    }

    internal static void WriteDown(ref NetlinkWriter writer, InterfaceIndex index, uint sequence)
    {
        writer.Begin(
            LinuxRtnetlink.RTM_SETLINK, Acknowledged, sequence,
            new InterfaceInformationMessage { ifi_index = index.Value, ifi_change = LinuxIf.IFF_UP });
        writer.End();
    }

    internal static void WriteArp(ref NetlinkWriter writer, InterfaceIndex index, ArpConduct conduct, uint sequence)
    {
        BeginChange(ref writer, index, sequence);
        WriteSettings(ref writer, conduct, reversePathFilter: null);
        writer.End();
    }

    internal static void WriteDelete(ref NetlinkWriter writer, InterfaceIndex index, uint sequence)
    {
        writer.Begin(
            LinuxRtnetlink.RTM_DELLINK, Acknowledged, sequence,
            new InterfaceInformationMessage { ifi_index = index.Value });
        writer.End();
    }

    private static void BeginChange(ref NetlinkWriter writer, InterfaceIndex index, uint sequence, uint flags = 0) =>
        writer.Begin(
            LinuxRtnetlink.RTM_SETLINK, Acknowledged, sequence,
            new InterfaceInformationMessage { ifi_index = index.Value, ifi_flags = flags, ifi_change = flags });

    // Written, each setting is an attribute of its own.
    private static void WriteSettings(ref NetlinkWriter writer, ArpConduct conduct, int? reversePathFilter)
    {
        int families = writer.BeginNested(LinuxIfLink.IFLA_AF_SPEC);
        int family = writer.BeginNested(SysSocket.AF_INET);
        int settings = writer.BeginNested(LinuxIfLink.IFLA_INET_CONF);
        writer.Attribute(LinuxIp.IPV4_DEVCONF_ARP_IGNORE, conduct.Ignore);
        writer.Attribute(LinuxIp.IPV4_DEVCONF_ARP_ANNOUNCE, conduct.Announce);
        if (reversePathFilter is { } filter)
            writer.Attribute(LinuxIp.IPV4_DEVCONF_RP_FILTER, filter);
        writer.EndNested(settings);
        writer.EndNested(family);
        writer.EndNested(families);
    }
}
