using System.Net;
using System.Net.NetworkInformation;
using Vipd.Lab.Masters;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Bench;

/// <summary>
/// A Backup Router, of priority 100, takes over from one that died, as it passed the switch, by the kernel's receive
/// stamps; several virtual routers may have been on the dead one.
/// </summary>
/// <param name="cluster">Its tap has seen all of it.</param>
/// <param name="dead">Nothing that it sends passes any more.</param>
/// <param name="heir">Was Backup before.</param>
/// <param name="brokenAt">When the death began.</param>
/// <param name="shift">See <see cref="ShiftOf"/>.</param>
internal sealed class Succession(Cluster cluster, Master dead, Master heir, TimeSpan brokenAt, TimeSpan shift)
{
    private static readonly TimeSpan Centisecond = TimeSpan.FromMilliseconds(10);
    private readonly IReadOnlyList<AdvertisementSeen> _advertisements = cluster.Tap.Advertisements;
    private readonly IReadOnlyList<ArpSeen> _announcements = cluster.Tap.AnnouncementsSince(brokenAt);
    private readonly PhysicalAddress _heirAddress = heir.Frr?.VirtualMac ?? heir.Node.LinkLayerAddress();

    /// <summary>The dead router's last Advertisement, the heir's Active_Down_Interval and its shift.</summary>
    internal TimeSpan Deadline(int vrid)
    {
        var last = _advertisements.LastOrDefault(seen => Is(seen, dead, vrid)) ?? throw Unseen(vrid);
        return last.At + cluster.Options.ActiveDownInterval + shift;
    }

    internal TimeSpan FirstAdvertisement(int vrid) =>
        _advertisements.FirstOrDefault(seen => seen.At > brokenAt && Is(seen, heir, vrid))?.At ?? throw Unseen(vrid);

    internal TimeSpan FirstAnnouncement(IPAddress vip) => _announcements.FirstOrDefault(
        seen => seen.SenderMac.Equals(_heirAddress) && seen.SenderAddress.Equals(vip))?.At
        ?? throw new InvalidOperationException($"no announcement of {vip} was seen");

    /// <summary>
    /// What vipd adds to its timer on purpose, so that equals don't claim at the same moment, and what FRR drops, which
    /// counts in whole centiseconds; keepalived keeps to the RFC.
    /// </summary>
    internal static TimeSpan ShiftOf(Cluster cluster, Master heir)
    {
        if (heir.IsKeepalived) return TimeSpan.Zero;
        if (heir.Frr is not null)
            return TimeSpan.FromTicks(-(cluster.Options.ActiveDownInterval.Ticks % Centisecond.Ticks));
        using var status = heir.Status();
        return TimeSpan.FromSeconds(
            status.RootElement.GetProperty("virtualRouters")[0].GetProperty("spreadSeconds").GetDouble());
    }

    private static bool Is(AdvertisementSeen seen, Master sender, int vrid) =>
        seen.VirtualRouterId == vrid && !seen.Resigns && seen.Source.Equals(sender.Node.Address);

    private static InvalidOperationException Unseen(int vrid) =>
        new($"virtual router {vrid}: not all of the take-over was seen");
}
