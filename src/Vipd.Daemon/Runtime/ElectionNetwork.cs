using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Recording;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Every descriptor of the election thread but those it sleeps on: opened before the thread starts, so that what the
/// kernel refuses is an error at start and not in the middle of an election.
/// </summary>
internal sealed partial class ElectionNetwork : IDisposable
{
    private const int ReceiveBufferSize = 1 << 20;

    private readonly AddressNetlink _netlink;
    private readonly SocketDestroyer? _destroyer;
    private VirtualMacLinks? _virtualMacs;
    private readonly StatusBoard _board;
    private readonly LoopJournal _journal;
    private readonly FlightRecorder _recorder;
    private readonly Func<MonotonicTime> _clock;
    private TrackedLinks _tracked;
    private GroupRuntime[] _groups;

    /// <param name="plans">In the order of the board.</param>
    /// <param name="board">Where each router shows itself.</param>
    /// <param name="journal">Where notes for the log go.</param>
    /// <param name="recorder">Of the election thread.</param>
    /// <param name="clock">CLOCK_BOOTTIME.</param>
    /// <param name="formerLife">What a vipd that is gone has recorded as its addresses.</param>
    /// <exception cref="LinuxException">A socket could not be opened; the message says what is missing.</exception>
    public ElectionNetwork(
        IReadOnlyList<RouterPlan> plans,
        StatusBoard board,
        LoopJournal journal,
        FlightRecorder recorder,
        Func<MonotonicTime> clock,
        IReadOnlySet<RecordedAddress>? formerLife = null)
    {
        _board = board;
        _journal = journal;
        _recorder = recorder;
        _clock = clock;

        // Room for every address of a router: the election thread queues them without an allocation.
        _netlink = new AddressNetlink(plans.Select(plan => plan.Identity.Addresses.Count).DefaultIfEmpty(1).Max());
        _destroyer = OpenDestroyer();
        board.Tracked = (_tracked = new TrackedLinks(plans, journal)).All;
        RemoveRemains(plans, formerLife);
        Numbered = new RouterRuntime?[plans.Count];
        try
        {
            OpenAll(plans);
        }
        catch
        {
            Dispose();
            throw;
        }

        _groups = GroupRuntime.Of(plans, Numbered);
    }

    public InterfaceRuntime[] Interfaces { get; private set; } = [];

    /// <summary>All that are at work: in the order of the plans, and those behind that have left them.</summary>
    public RouterRuntime[] Routers { get; private set; } = [];

    /// <summary>By the number of their plan, which is the order of the board; null for one that waits.</summary>
    public RouterRuntime?[] Numbered { get; private set; }

    public RouteMonitor Monitor { get; } = new();

    /// <summary>No virtual address stood before an interface's own when everything was read last.</summary>
    public bool IsOrdered { get; private set; } = true;

    /// <summary>See <see cref="Runtime.Rehearsal"/>; on the thread that will do it in earnest.</summary>
    public void Rehearse() => Rehearsal.Play(_netlink, _destroyer);

    /// <summary>
    /// Everything that the kernel knows of links and addresses, as if it had just changed. False if it changed while it
    /// was listed, again and again: nothing has been taken over, and the caller tries again later.
    /// </summary>
    public bool TryResynchronise(MonotonicTime now)
    {
        try
        {
            Resynchronise(_netlink.ListLinks(), _netlink.ListAddresses(AddressFamily.Unspecified), now);
            return true;
        }
        catch (LinuxException refused)
        {
            _journal.Add(NoteSeverity.Warning, "netlink", $"{refused.Message}; trying again");
            return false;
        }
    }

    private void Resynchronise(
        IReadOnlyList<InterfaceLink> links, IReadOnlyList<InterfaceAddress> addresses, MonotonicTime now)
    {
        IsOrdered = true;
        ILookup<InterfaceIndex, InterfaceAddress> byInterface =
            addresses.Where(address => !address.IsTentative).ToLookup(address => address.Interface);
        foreach (InterfaceRuntime at in Interfaces)
        {
            InterfaceLink? link = links.FirstOrDefault(link => link.Index == at.Index);
            at.IsGone |= link is null;
            at.ObserveLink(link is { IsUp: true, HasCarrier: true }, link?.LinkLayerAddress, now);
            foreach (InterfaceLink virtualMac in links.Where(other => at.CarriesAddresses(other.Index)))
                at.ObserveVirtualMac(virtualMac.Index, virtualMac.IsUp, now);
            IsOrdered &= at.ObserveAddresses(byInterface, now);
        }

        HashSet<(InterfaceIndex, InternetAddress, byte)> put = [.. Routers.SelectMany(router => router.Put())];
        _board.Held.Replace(addresses
            .Select(found => new RecordedAddress(
                found.Interface, InternetAddress.From(found.Address), found.PrefixLength, found.CreatedAt))
            .Where(found => put.Contains((found.Interface, found.Address, found.PrefixLength))));
        if (_tracked.Observe(links))
            TellOfTracked(now);
    }

    /// <summary>A change of a link that a router may track, whether or not one is on it.</summary>
    public void ObserveTracked(in RouteChange change, MonotonicTime now)
    {
        if (_tracked.Observe(change))
            TellOfTracked(now);
    }

    /// <summary>
    /// What follows for the members of sync groups from what has become of the others. True if one was told something.
    /// </summary>
    public bool SettleGroups(MonotonicTime now)
    {
        bool anyTold = false;
        foreach (GroupRuntime group in _groups)
            anyTold |= group.Settle(now);
        return anyTold;
    }

    /// <summary>What its tracked interfaces cost each router; told only where that is news.</summary>
    public void TellOfTracked(MonotonicTime now)
    {
        foreach (RouterRuntime router in Routers)
            router.ObserveTracked(_tracked.For(router.Opened!.Plan.Tracked), now);
    }

    public void Dispose()
    {
        foreach (InterfaceRuntime at in Interfaces)
            at.Dispose();
        foreach (RouterRuntime router in Routers)
            router.Opened?.Sender.Dispose();
        _virtualMacs?.Dispose();
        Monitor.Dispose();
        _destroyer?.Dispose();
        _netlink.Dispose();
    }

    private void OpenAll(IReadOnlyList<RouterPlan> plans)
    {
        for (int i = 0; i < plans.Count; i++)
        {
            RouterPlan plan = plans[i];
            if (plan.WaitsFor is not null)
                continue;
            InterfaceRuntime? at = Array.Find(Interfaces, known => IsAt(plan, known));
            if (at is null)
                Interfaces = [.. Interfaces, at = OpenInterface(plan, plans)];
            RouterRuntime router = MakeRouter(plan, _board.Routers[i], Open(plan, at));
            router.JoinRecording();
            at.Attach(router, plan);
            Numbered[i] = router;
            Routers = [.. Routers, router];
        }
    }

    /// <summary>
    /// Without it the connections on a VIP that moves are left to their timeouts: no reason not to start.
    /// </summary>
    private SocketDestroyer? OpenDestroyer()
    {
        try
        {
            return new SocketDestroyer();
        }
        catch (LinuxException refused)
        {
            _journal.Add(
                NoteSeverity.Warning, "netlink", $"connections will not be cut when a VIP moves: {refused.Message}");
            return null;
        }
    }

    /// <summary>A vipd that was killed may have left addresses, and this node is not Active now.</summary>
    private void RemoveRemains(IReadOnlyList<RouterPlan> plans, IReadOnlySet<RecordedAddress>? formerLife)
    {
        HashSet<InternetAddress> addresses = [.. plans.SelectMany(plan => plan.Identity.Addresses)];
        foreach (RemovedAddress removed in AddressRemains.Remove(_netlink, addresses, formerLife))
        {
            RouterPlan? plan = plans.FirstOrDefault(plan => plan.Identity.Addresses.Contains(removed.Address));
            _journal.Add(NoteSeverity.Warning, plan?.Identity.Name ?? removed.InterfaceName, removed.Outcome);
        }

        using var macvlans = new MacvlanNetlink();
        foreach (string link in VirtualMacLinks.RemoveRemains(macvlans))
            _journal.Add(NoteSeverity.Warning, link, "removed, left by a vipd that is gone");
    }

    private static bool IsAt(RouterPlan plan, InterfaceRuntime at) =>
        at.Index == plan.Interface.Index
        && plan.IsIPv6 == (at.Protocol.Family == AddressFamily.InterNetworkV6);

    private RouterRuntime MakeRouter(RouterPlan plan, RouterBoard board, OpenedRouter opened) =>
        new(plan.Parameters, board, opened.Ports, _journal, _recorder, _clock) { Opened = opened };

    /// <summary>For all routers of the plans that are on the interface of this one, and of its family.</summary>
    private InterfaceRuntime OpenInterface(RouterPlan plan, IReadOnlyList<RouterPlan> plans)
    {
        InterfacePlan link = plan.Interface;
        ILinkProtocol protocol = plan.IsIPv6 ? new IPv6Link(IPv6Forwarding.IsOn(link.Name)) : new IPv4Link();
        IEnumerable<InternetAddress> addresses = plans
            .Where(other => other.Interface.Index == link.Index && other.IsIPv6 == plan.IsIPv6)
            .SelectMany(other => other.Identity.Addresses);
        RawIpSocket advertisements = RawIpSocket.Open(
            protocol.Family, (byte)IpProtocol.Vrrp, link.Index, link.Name, ReceiveBufferSize);
        try
        {
            PacketSocket announcements = protocol.OpenListener(link.Index, addresses, ReceiveBufferSize);
            return new InterfaceRuntime(
                link.Index, link.Name, protocol, link.LinkLayerAddress, advertisements, announcements, _board.Loop,
                _journal);
        }
        catch
        {
            advertisements.Dispose();
            throw;
        }
    }

    private OpenedRouter Open(RouterPlan plan, InterfaceRuntime at)
    {
        InternetAddress[] addresses = [.. plan.Identity.Addresses];
        var sender = PacketSocket.OpenSender(plan.Interface.Index);
        VirtualMacPort? virtualMac = OpenVirtualMac(plan, sender, at);
        InterfaceIndex carrier = virtualMac?.Link.Index ?? plan.Interface.Index;
        AddressRequest[] requests =
            [.. addresses.Select((address, i) => RequestFor(plan, carrier, address, plan.PrefixLengths[i]))];
        var ports = new LinuxRouterPorts(
            SpokenVersion.SenderFor(plan, at.Outbox, at.Protocol),
            virtualMac,
            new AddressHolder(
                _netlink, requests, plan.Identity.Lease, _clock, plan.Identity.Vrid.Value / (double)byte.MaxValue),
            _destroyer,
            new LocalAddressSet(requests.Select(request => request.Address)),
            new Announcer(
                sender, at.Protocol, addresses, virtualMac?.Link.Address ?? plan.Interface.LinkLayerAddress));
        return new OpenedRouter(at, sender, virtualMac?.Link, ports, plan);
    }

    /// <summary>
    /// Its Advertisements go by the group or, where there is none, from the interface's own address to each peer: the
    /// RFC knows no unicast, and which MAC address a peer has is for the kernel to find out.
    /// </summary>
    private VirtualMacPort? OpenVirtualMac(RouterPlan plan, PacketSocket sender, InterfaceRuntime at)
    {
        if (plan.Identity.VirtualMacLink is null)
            return null;
        try
        {
            VirtualMacLink link = (_virtualMacs ??= new VirtualMacLinks()).Acquire(
                plan.Interface.Index, plan.Interface.Name, plan.Identity.Vrid, plan.IsIPv6);
            InternetAddress group = InternetAddress.From(at.Protocol.Group);
            return new VirtualMacPort(link, plan.Unicast is not null ? null : new VirtualMacAdvertisement(
                sender, link.Address, plan.Identity.PrimaryAddress, SpokenVersion.MessagesOf(plan, group).Single()));
        }
        catch
        {
            sender.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Preferred lifetime 0 marks the address as deprecated: software that looks for a node's own address passes over
    /// it. IPv6 is used at once: the VIP has just been elsewhere, and Duplicate Address Detection takes a second and
    /// more, or would find the former Active Router that still answers.
    /// </summary>
    private static AddressRequest RequestFor(
        RouterPlan plan, InterfaceIndex carrier, InternetAddress address, byte prefixLength) => new()
        {
            Interface = carrier,
            Address = IpOctets.From(address.ToIPAddress()),
            PrefixLength = prefixLength,
            ValidSeconds = plan.Identity.Lease is { } lease ? (uint)lease.TotalSeconds : uint.MaxValue,
            PreferredSeconds = plan.Identity.Lease is null ? uint.MaxValue : 0,
            ProtocolTag = AddressHolder.ProtocolTag,
            Mode = AddressMode.CreateExclusive,
            NoDuplicateAddressDetection = address.IsIPv6,
            NoPrefixRoute = address.IsIPv6 && !(plan.Identity.VirtualMacLink is not null && address.IsLinkLocal),
        };
}
