using System.Net.Sockets;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Netlink;

/// <summary>The messages RTM_NEWADDR and RTM_DELADDR (rtnetlink(7)).</summary>
internal static class AddressMessages
{
    /// <summary>More than any message written here takes.</summary>
    internal const int LargestBytes = 128;

    internal static byte FamilyOf(in IpOctets address) =>
        address.Length == 16 ? (byte)SysSocket.AF_INET6 : (byte)SysSocket.AF_INET;

    internal static byte FamilyOf(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => SysSocket.AF_INET,
        AddressFamily.InterNetworkV6 => SysSocket.AF_INET6,
        AddressFamily.Unspecified => SysSocket.AF_UNSPEC,
        _ => throw new ArgumentOutOfRangeException(nameof(family)),
    };

    /// <param name="writer">Writes to where the message goes.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="sequence">What the answer carries.</param>
    /// <param name="isAnswered">Success is answered too; a failure always is.</param>
    internal static void WriteAdd(
        ref NetlinkWriter writer, in AddressRequest request, uint sequence, bool isAnswered = true)
    {
        const ushort Always = LinuxNetlink.NLM_F_REQUEST | LinuxNetlink.NLM_F_CREATE;
        ushort mode = request.Mode == AddressMode.Replace ? LinuxNetlink.NLM_F_REPLACE : LinuxNetlink.NLM_F_EXCL;
        ushort flags = (ushort)(Always | mode | Acknowledge(isAnswered));
        Begin(ref writer, LinuxRtnetlink.RTM_NEWADDR, flags, sequence, request);
        writer.Attribute(
            LinuxIfAddr.IFA_CACHEINFO,
            new InterfaceAddressCacheInformation
            {
                ifa_valid = request.ValidSeconds,
                ifa_prefered = request.PreferredSeconds,
            });
        // A replacement takes over everything from the request, so everything is said each time.
        writer.Attribute(
            LinuxIfAddr.IFA_FLAGS,
            (request.NoDuplicateAddressDetection ? LinuxIfAddr.IFA_F_NODAD : 0u)
            | (request.NoPrefixRoute ? LinuxIfAddr.IFA_F_NOPREFIXROUTE : 0u));
        if (request.ProtocolTag != 0)
            writer.Attribute(LinuxIfAddr.IFA_PROTO, request.ProtocolTag);
        writer.End();
    }

    /// <summary>As <see cref="WriteAdd"/>.</summary>
    internal static void WriteDelete(
        ref NetlinkWriter writer, in AddressRequest request, uint sequence, bool isAnswered)
    {
        ushort flags = (ushort)(LinuxNetlink.NLM_F_REQUEST | Acknowledge(isAnswered));
        Begin(ref writer, LinuxRtnetlink.RTM_DELADDR, flags, sequence, request);
        writer.End();
    }

    private static ushort Acknowledge(bool isAnswered) => isAnswered ? LinuxNetlink.NLM_F_ACK : (ushort)0;

    private static void Begin(
        ref NetlinkWriter writer, ushort type, ushort flags, uint sequence, in AddressRequest request)
    {
        IpOctets address = request.Address;
        var message = new InterfaceAddressMessage
        {
            ifa_family = FamilyOf(address),
            ifa_prefixlen = request.PrefixLength,
            ifa_scope = LinuxRtnetlink.RT_SCOPE_UNIVERSE,
            ifa_index = (uint)request.Interface.Value,
        };
        writer.Begin(type, flags, sequence, message);
        // Equal, or the kernel takes IFA_ADDRESS for the far end of a point-to-point link.
        writer.Attribute(LinuxIfAddr.IFA_LOCAL, address.Span);
        writer.Attribute(LinuxIfAddr.IFA_ADDRESS, address.Span);
    }
}
