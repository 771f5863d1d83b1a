using System.Globalization;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The alias of a macvlan of ours (`ip link show`): it tells it from somebody else's of the same name, and keeps for
/// as long as the macvlan exists what has to be restored on the interface below:
/// <code>
///   vipd virtual router 51 on eth0, whose arp_ignore was 0 and arp_announce was 0
/// </code>
/// </summary>
/// <param name="Before">Null: nothing was changed below, as for IPv6.</param>
internal readonly record struct VirtualMacAlias(Vrid Vrid, string ParentName, ArpConduct? Before)
{
    private const int LongestName = 15;

    /// <summary>arp_ignore values with which an interface answers for its own addresses alone, or for none.</summary>
    private static bool AnswersForItselfAlone(int ignore) => ignore is 1 or 2 or 8;

    /// <summary>
    /// What the interface below needs: it must not answer for the virtual addresses with its own MAC address (as the
    /// kernel does for any address of the machine), nor name them as the sender of its questions, from which every host
    /// that hears one learns.
    /// </summary>
    public static ArpConduct Needed(ArpConduct before) =>
        new(AnswersForItselfAlone(before.Ignore) ? before.Ignore : 1, Announce: 2);

    /// <summary>What it gets back: a setting that somebody else has changed meanwhile stays.</summary>
    public static ArpConduct Restored(ArpConduct before, ArpConduct now)
    {
        ArpConduct ours = Needed(before);
        return new ArpConduct(
            now.Ignore == ours.Ignore ? before.Ignore : now.Ignore,
            now.Announce == ours.Announce ? before.Announce : now.Announce);
    }

    /// <summary>
    /// `vipd4-2-51`: family, number of the interface below, VRID. Shorter where the number has six digits or more.
    /// </summary>
    public static string NameFor(InterfaceIndex parent, Vrid vrid, bool isIPv6)
    {
        string place = string.Create(
            CultureInfo.InvariantCulture, $"{(isIPv6 ? 6 : 4)}-{parent.Value}-{vrid.Value}");
        return "vipd" + place is { Length: <= LongestName } name ? name : "v" + place;
    }

    public static VirtualMacAlias? TryParse(string alias)
    {
        string[] words = alias.Split(' ');
        if (words is not ["vipd", "virtual", "router", var number, "on", var parent, .. var rest]
            || !byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out byte octet)
            || !Vrid.TryFrom(octet, out Vrid vrid))
        {
            return null;
        }

        if (rest is [])
            return new VirtualMacAlias(vrid, parent, null);
        return rest is ["whose", "arp_ignore", "was", var ignore, "and", "arp_announce", "was", var announce]
            && int.TryParse(ignore, NumberStyles.None, CultureInfo.InvariantCulture, out int ignored)
            && int.TryParse(announce, NumberStyles.None, CultureInfo.InvariantCulture, out int announced)
                ? new VirtualMacAlias(vrid, parent.TrimEnd(','), new ArpConduct(ignored, announced))
                : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"vipd virtual router {Vrid.Value} on {ParentName}")
        + (Before is not { } before ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $", whose arp_ignore was {before.Ignore} and arp_announce was {before.Announce}"));
}
