using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What one interface hears in one family: Advertisements for all its routers through one raw socket, ARP or Neighbor
/// Advertisements for all their addresses through one packet socket; and what the kernel says of it.
/// </summary>
internal sealed class InterfaceRuntime : IDisposable
{
    /// <summary>Read a wake and socket: work is bounded, the rest follows at once.</summary>
    private const int FramesAWake = 512;

    private const int BatchesAWake = 32;
    private const int DatagramsABatch = 16;

    private const int PutBehindAPass = 32;
    private const int ReceiveBufferSize = 65_536;

    private readonly RawIpSocket _advertisements;
    private readonly PacketSocket _announcements;
    private readonly AdvertisementIntake _intake;
    private readonly DatagramBatch _batch = new(DatagramsABatch);
    private readonly byte[] _frame = new byte[ReceiveBufferSize];
    private readonly LoopJournal _journal;
    private MacAddress _own;
    private bool _isInGroup;

    public InterfaceRuntime(
        InterfaceIndex index,
        string name,
        ILinkProtocol protocol,
        MacAddress own,
        RawIpSocket advertisements,
        PacketSocket announcements,
        LoopBoard board,
        LoopJournal journal)
    {
        Index = index;
        Name = name;
        Protocol = protocol;
        _own = own;
        _advertisements = advertisements;
        Outbox = new AdvertisementOutbox(advertisements);
        _announcements = announcements;
        _intake = new AdvertisementIntake(name, board, journal);
        _journal = journal;
    }

    public InterfaceIndex Index { get; }

    public string Name { get; }

    /// <summary>The family.</summary>
    public ILinkProtocol Protocol { get; }

    public List<RouterRuntime> Routers { get; } = [];

    /// <summary>What the routers of this interface send through.</summary>
    public AdvertisementOutbox Outbox { get; }

    /// <summary>The interface's own hardware address.</summary>
    public MacAddress Own => _own;

    /// <summary>Deleted: the sockets are deaf for good, also where another one is made with the same number.</summary>
    public bool IsGone { get; set; }

    public FileDescriptor AdvertisementDescriptor => _advertisements.Descriptor;

    public FileDescriptor AnnouncementDescriptor => _announcements.Descriptor;

    /// <summary>
    /// A router has lost what it sends from, and the interface has an address of its own that it could take. False for
    /// IPv6, which sends from a link-local one.
    /// </summary>
    public bool HasOtherSource { get; private set; }

    /// <summary>Also for a router that is attached already and has another plan.</summary>
    public void Attach(RouterRuntime router, RouterPlan plan)
    {
        _intake.Attach(router, plan);
        if (!Routers.Contains(router))
            Routers.Add(router);
        JoinOrLeaveGroup();
    }

    /// <summary>What still comes for it is counted as an unknown VRID's.</summary>
    public void Detach(RouterRuntime router)
    {
        Routers.Remove(router);
        _intake.Detach(router);
        JoinOrLeaveGroup();
    }

    /// <summary>After a reload: announcements of other addresses than before are let in.</summary>
    public void ListenForAnnouncements()
    {
        try
        {
            _announcements.ChangeFilter(
                Protocol.Filter(Routers.SelectMany(router => router.Board.Identity.Addresses)),
                Protocol.WiderFilter);
        }
        catch (LinuxException refused)
        {
            _journal.Add(
                NoteSeverity.Error, Name, $"does not hear who announces the new addresses: {refused.Message}");
        }
    }

    /// <summary>
    /// Hands every Advertisement that is waiting to its router. From when on one of those that have heard something
    /// wants the loop awake, or Never.
    /// </summary>
    public MonotonicTime DrainAdvertisements(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        int batches = 0;
        do
        {
            _advertisements.Receive(_batch);
            next = MonotonicTime.Min(next, _intake.Receive(_batch, now));
        }
        while (_batch.IsFull && ++batches < BatchesAWake);
        return next;
    }

    /// <summary>
    /// Hands every announcement that is waiting to whoever has the address; as above.
    /// </summary>
    public MonotonicTime DrainAnnouncements(MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        for (int i = 0; i < FramesAWake && _announcements.TryReceive(_frame, out int length); i++)
        {
            ReadOnlySpan<byte> frame = _frame.AsSpan(0, length);
            if (!Protocol.TryReadClaim(frame, _own, out InternetAddress address, out MacAddress at))
                continue;
            foreach (RouterRuntime router in Routers)
            {
                if (router.HearAnnouncement(address, at, now))
                    next = MonotonicTime.Min(next, router.NextWake);
            }
        }

        return next;
    }

    /// <summary>The interface as the kernel describes it now.</summary>
    public void ObserveLink(bool usable, ReadOnlySpan<byte> linkLayerAddress, MonotonicTime now)
    {
        if (linkLayerAddress.Length == MacAddress.Length && new MacAddress(linkLayerAddress) is var own && own != _own)
        {
            _own = own;
            foreach (RouterRuntime router in Routers)
                router.ChangeLinkLayerAddress(own);
        }

        foreach (RouterRuntime router in Routers)
            router.ObserveLink(usable && !IsGone, now);
    }

    /// <summary>A macvlan on this interface, with the addresses of a router of this one.</summary>
    public bool CarriesAddresses(InterfaceIndex index)
    {
        foreach (RouterRuntime router in Routers)
        {
            if (router.VirtualMac?.Index == index)
                return true;
        }

        return false;
    }

    /// <summary>A macvlan as the kernel describes it now.</summary>
    public void ObserveVirtualMac(InterfaceIndex index, bool isUp, MonotonicTime now)
    {
        foreach (RouterRuntime router in Routers)
        {
            if (router.VirtualMac?.Index == index)
                router.ObserveVirtualMac(isUp, now);
        }
    }

    /// <summary>
    /// Every address of the machine, by interface, in the kernel's order. False: some of ours still stand before the
    /// interface's own, since work in one pass is bounded.
    /// </summary>
    public bool ObserveAddresses(ILookup<InterfaceIndex, InterfaceAddress> byInterface, MonotonicTime now)
    {
        InterfaceAddress[] addresses = [.. byInterface[Index]];
        Dictionary<(InternetAddress, byte), AddressSighting> here = SightingsOf(addresses);
        foreach (RouterRuntime router in Routers)
        {
            router.ObserveAddresses(
                router.VirtualMac is not { } carrier ? here : SightingsOf(byInterface[carrier.Index].Concat(
                    addresses.Where(found => router.SendsFrom(InternetAddress.From(found.Address))))),
                now);
        }

        // The kernel takes the first that fits for a source; IPv6 passes over ours since they are deprecated.
        InterfaceAddress[] candidates =
        [
            .. addresses.Where(found => found is { IsSecondary: false, Scope: 0 }
                && found.Address.AddressFamily == AddressFamily.InterNetwork),
        ];
        HasOtherSource = Routers.Exists(router => router.MayTakeOtherSource)
            && !Array.TrueForAll(candidates, IsVirtual) && Protocol.Family == AddressFamily.InterNetwork;
        InterfaceAddress[] ahead = [.. candidates.TakeWhile(IsVirtual)];
        return ahead.Length == candidates.Length || PutBehind(ahead, now);
    }

    private static Dictionary<(InternetAddress, byte), AddressSighting> SightingsOf(
        IEnumerable<InterfaceAddress> addresses)
    {
        // One local address may be there twice, with two far ends.
        Dictionary<(InternetAddress, byte), AddressSighting> sightings = [];
        foreach (InterfaceAddress found in addresses)
        {
            sightings[(InternetAddress.From(found.Address), found.PrefixLength)] = new AddressSighting(
                IsPresent: true, found.PrefixLength, found.ProtocolTag, found.ValidSeconds, found.CreatedAt);
        }

        return sightings;
    }

    private bool PutBehind(IReadOnlyList<InterfaceAddress> ahead, MonotonicTime now)
    {
        int moved = 0;
        foreach (InterfaceAddress found in ahead)
        {
            foreach (RouterRuntime router in Routers.Where(router => router.VirtualMac is null))
                moved += router.PutBehind(InternetAddress.From(found.Address), now) ? 1 : 0;
            if (moved == PutBehindAPass)
                return false;
        }

        return true;
    }

    private bool IsVirtual(InterfaceAddress found) =>
        Routers.Exists(router => router.VirtualMac is null && router.Has(InternetAddress.From(found.Address)));

    public void Dispose()
    {
        _advertisements.Dispose();
        _announcements.Dispose();
    }

    /// <summary>In the group for as long as a router goes by it: unicast alone never meets it.</summary>
    private void JoinOrLeaveGroup()
    {
        bool isWanted = _intake.IsGroupWanted;
        if (isWanted == _isInGroup)
            return;
        try
        {
            if (isWanted)
                _advertisements.Join(Protocol.Group);
            else
                _advertisements.Leave(Protocol.Group);
            _isInGroup = isWanted;
        }
        catch (LinuxException refused)
        {
            _journal.Add(
                NoteSeverity.Error, Name, $"{(isWanted ? "hears no" : "still hears")} multicast: {refused.Message}");
        }
    }
}
