using System.Net.Sockets;
using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What one interface hears in one family: Advertisements for all its routers through one raw socket, ARP or Neighbor
/// Advertisements for all their addresses through one packet socket. The one place where a datagram becomes an event or
/// a counted DiscardReason.
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
    private readonly RouterRuntime?[] _byVrid = new RouterRuntime?[256];
    private readonly IAdvertisementReader?[] _readers = new IAdvertisementReader?[256];
    private readonly bool[] _goesByGroup = new bool[256];
    private readonly NoteLimiter _discardNotes = new(DiscardReasons.Count);
    private readonly NoteLimiter _differenceNotes = new(PeerDifferences.Count);
    private readonly DatagramBatch _batch = new(DatagramsABatch);
    private readonly byte[] _frame = new byte[ReceiveBufferSize];
    private readonly LoopBoard _board;
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
        _board = board;
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
        Forget(router);
        _byVrid[plan.Identity.Vrid.Value] = router;
        _readers[plan.Identity.Vrid.Value] = SpokenVersion.ReaderFor(plan);
        _goesByGroup[plan.Identity.Vrid.Value] = plan.Unicast is null;
        if (!Routers.Contains(router))
            Routers.Add(router);
        JoinOrLeaveGroup();
    }

    /// <summary>What still comes for it is counted as an unknown VRID's.</summary>
    public void Detach(RouterRuntime router)
    {
        Routers.Remove(router);
        Forget(router);
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
            for (int i = 0; i < _batch.Count; i++)
                next = MonotonicTime.Min(next, Receive(i, now));
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

    private void Forget(RouterRuntime router)
    {
        for (int vrid = 0; vrid < _byVrid.Length; vrid++)
        {
            if (_byVrid[vrid] != router)
                continue;
            _byVrid[vrid] = null;
            _readers[vrid] = null;
            _goesByGroup[vrid] = false;
        }
    }

    /// <summary>In the group for as long as a router goes by it: unicast alone never meets it.</summary>
    private void JoinOrLeaveGroup()
    {
        bool isWanted = Array.IndexOf(_goesByGroup, true) >= 0;
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

    private MonotonicTime Receive(int number, MonotonicTime now)
    {
        if (!_batch.TryRead(number, out ReadOnlySpan<byte> message, out IpDatagram datagram))
        {
            _board.CountDiscard(DiscardReason.PacketTruncated);
            return MonotonicTime.Never;
        }

        var header = new ReceivedHeader(
            datagram.TimeToLive, InternetAddress.From(datagram.Source), InternetAddress.From(datagram.Destination));
        return Receive(message, header, now)?.NextWake ?? MonotonicTime.Never;
    }

    /// <summary>Who has heard it; null for nobody.</summary>
    private RouterRuntime? Receive(ReadOnlySpan<byte> message, in ReceivedHeader header, MonotonicTime now)
    {
        _ = ReceiveChecks.TryPeekVrid(message, out Vrid vrid);
        if (_byVrid[vrid.Value] is not { } router || _readers[vrid.Value] is not { } reader)
        {
            DiscardReason fault = ReceiveChecks.CheckUnclaimed(message, header);
            _board.CountDiscard(fault);
            NoteDiscard(fault, router: null, trouble: null, header, now);
            return null;
        }

        DiscardReason reason = reader.Read(message, header, out ReceivedAdvertisement received);
        if (reason != DiscardReason.None)
        {
            // To the owner it is no rival (§7.1), but clients may have believed it, in a partition that has just ended.
            if (reason == DiscardReason.AddressOwnerLocal)
                router.Handle(RouterEvent.AnnouncementHeard(0), now);
            Discard(reason, router, message, header, now);
            return router;
        }

        router.Board.Counters.CountReceived();
        if (received.AddressesDiffer || received.ChecksumFormDiffers)
            NoteAccepted(received, router, message, header, now);
        router.Handle(
            RouterEvent.AdvertisementReceived(received.Priority, header.Source, received.MaxAdvertiseInterval), now);
        return router;
    }

    /// <summary>
    /// The one exit of bad input for a router of ours: counted by reason, and its sender kept where it is configured
    /// differently.
    /// </summary>
    private void Discard(
        DiscardReason reason, RouterRuntime router, ReadOnlySpan<byte> message, in ReceivedHeader header,
        MonotonicTime now)
    {
        router.Board.Counters.CountDiscard(reason);
        PeerTrouble? trouble = PeerDifferences.Of(reason) is { } difference
            ? Note(difference, router, message, header, now)
            : null;
        NoteDiscard(reason, router.Board.Identity, trouble, header, now);
    }

    private void NoteAccepted(
        in ReceivedAdvertisement received, RouterRuntime router, ReadOnlySpan<byte> message, in ReceivedHeader header,
        MonotonicTime now)
    {
        PeerDifference difference =
            received.AddressesDiffer ? PeerDifference.AddressList : PeerDifference.ChecksumForm;
        PeerTrouble? trouble = Note(difference, router, message, header, now);
        if (trouble is null || !_differenceNotes.Allows((int)difference, now))
            return;
        _journal.Add(
            NoteSeverity.Warning,
            router.Board.Identity.Name,
            $"{header.Source} {trouble.Describe(router.Board.Identity)} (accepted; noted once a minute)");
    }

    private static PeerTrouble? Note(
        PeerDifference difference, RouterRuntime router, ReadOnlySpan<byte> message, in ReceivedHeader header,
        MonotonicTime now)
    {
        router.Board.Counters.CountDifference(difference);
        return router.Board.Troubles.Note(
            header.Source,
            difference,
            PeerMessage.ValueOf(difference, message, header),
            PeerMessage.FirstAddress(message, header),
            now);
    }

    /// <summary>Once a minute and reason; another site's VRID on the same link is ordinary.</summary>
    private void NoteDiscard(
        DiscardReason reason, RouterIdentity? router, PeerTrouble? trouble, in ReceivedHeader header, MonotonicTime now)
    {
        if (reason == DiscardReason.VridUnknown || !_discardNotes.Allows((int)reason, now))
            return;
        _journal.Add(
            NoteSeverity.Warning,
            router?.Name ?? Name,
            $"dropped a message from {header.Source} on {Name}: {reason.Label()} "
            + (router is null || trouble is null ? string.Empty : $"- it {trouble.Describe(router)} ")
            + "(noted once a minute, counted in vipd_discards_total)");
    }
}
