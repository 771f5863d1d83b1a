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
/// What one interface hears: Advertisements for all its routers through one raw socket, ARP for all their addresses
/// through one packet socket. The one place where a datagram becomes an event or a counted DiscardReason.
/// </summary>
internal sealed class InterfaceRuntime : IDisposable
{
    /// <summary>Datagrams read a wake and socket: work is bounded, the rest follows at once.</summary>
    private const int DatagramsAWake = 512;

    private const int PutBehindAPass = 32;
    private const int ReceiveBufferSize = 65_536;

    private readonly RawIpSocket _advertisements;
    private readonly PacketSocket _announcements;
    private readonly RouterRuntime?[] _byVrid = new RouterRuntime?[256];
    private readonly ReceiveExpectation[] _expectations = new ReceiveExpectation[256];
    private readonly NoteLimiter _discardNotes = new(DiscardReasons.Count);
    private readonly byte[] _buffer = new byte[ReceiveBufferSize];
    private readonly LoopBoard _board;
    private readonly LoopJournal _journal;
    private MacAddress _own;

    public InterfaceRuntime(
        InterfaceIndex index,
        string name,
        MacAddress own,
        RawIpSocket advertisements,
        PacketSocket announcements,
        LoopBoard board,
        LoopJournal journal)
    {
        Index = index;
        Name = name;
        _own = own;
        _advertisements = advertisements;
        _announcements = announcements;
        _board = board;
        _journal = journal;
    }

    public InterfaceIndex Index { get; }

    public string Name { get; }

    public List<RouterRuntime> Routers { get; } = [];

    /// <summary>Also what the routers of this interface send through.</summary>
    public RawIpSocket Advertisements => _advertisements;

    /// <summary>The interface's own hardware address.</summary>
    public MacAddress Own => _own;

    public FileDescriptor AdvertisementDescriptor => _advertisements.Descriptor;

    public FileDescriptor AnnouncementDescriptor => _announcements.Descriptor;

    public void Attach(RouterRuntime router)
    {
        RouterIdentity identity = router.Board.Identity;
        _byVrid[identity.Vrid.Value] = router;
        _expectations[identity.Vrid.Value] = new ReceiveExpectation
        {
            Vrid = identity.Vrid,
            PrimaryAddress = identity.PrimaryAddress,
            IsAddressOwner = identity.ConfiguredPriority.IsAddressOwner,
        };
        if (!Routers.Contains(router))
            Routers.Add(router);
    }

    /// <summary>What still comes for it is counted as an unknown VRID's.</summary>
    public void Detach(RouterRuntime router)
    {
        Routers.Remove(router);
        for (int vrid = 0; vrid < _byVrid.Length; vrid++)
        {
            if (_byVrid[vrid] == router)
                _byVrid[vrid] = null;
        }
    }

    /// <summary>After a reload: ARP of other addresses than before is let in.</summary>
    public void ListenForAnnouncements()
    {
        try
        {
            _announcements.ChangeFilter(
                AnnouncementFilter(Routers.SelectMany(router => router.Board.Identity.Addresses)));
        }
        catch (LinuxException refused)
        {
            _journal.Add(
                NoteSeverity.Error, Name, $"does not hear who announces the new addresses: {refused.Message}");
        }
    }

    public static BpfInstruction[] AnnouncementFilter(IEnumerable<InternetAddress> addresses) =>
        ArpFilter.SenderProtocolAddressIn([.. addresses.Select(address => (uint)address.Value)]);

    /// <summary>Hands every Advertisement that is waiting to its router.</summary>
    public void DrainAdvertisements(MonotonicTime now)
    {
        for (int i = 0; i < DatagramsAWake && _advertisements.TryReceive(_buffer, out IpDatagram datagram); i++)
        {
            ReadOnlySpan<byte> message = _buffer.AsSpan(datagram.PayloadOffset, datagram.PayloadLength);
            var header = new ReceivedHeader(
                datagram.TimeToLive, InternetAddress.From(datagram.Source), InternetAddress.From(datagram.Destination));
            Receive(message, header, now);
        }
    }

    /// <summary>Hands every announcement that is waiting to whoever has the address.</summary>
    public void DrainAnnouncements(MonotonicTime now)
    {
        for (int i = 0; i < DatagramsAWake && _announcements.TryReceive(_buffer, out int length); i++)
        {
            if (!EthernetFrame.TryRead(_buffer.AsSpan(0, length), out EthernetFrame frame)
                || frame.Type != EtherType.Arp
                || !ArpPacket.TryRead(frame.Payload, out ArpPacket arp)
                || arp.SenderHardwareAddress == _own)
            {
                continue;
            }

            foreach (RouterRuntime router in Routers)
                router.HearAnnouncement(arp.SenderProtocolAddress, now);
        }
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

        RouterEvent change = usable
            ? RouterEvent.FaultCleared(RouterFaults.Interface)
            : RouterEvent.FaultRaised(RouterFaults.Interface);
        foreach (RouterRuntime router in Routers)
            router.Handle(change, now);
    }

    /// <summary>
    /// Every address of the interface, in the kernel's order. False: some of ours still stand before the interface's
    /// own, since work in one pass is bounded.
    /// </summary>
    public bool ObserveAddresses(IReadOnlyList<InterfaceAddress> addresses, MonotonicTime now)
    {
        // One local address may be there twice, with two far ends.
        Dictionary<(InternetAddress, byte), AddressSighting> sightings = [];
        foreach (InterfaceAddress found in addresses)
        {
            sightings[(InternetAddress.From(found.Address), found.PrefixLength)] = new AddressSighting(
                IsPresent: true, found.PrefixLength, found.ProtocolTag, found.ValidSeconds, found.CreatedAt);
        }

        foreach (RouterRuntime router in Routers)
            router.ObserveAddresses(sightings, now);

        // The kernel takes the first that fits for a source; IPv6 passes over ours since they are deprecated.
        InterfaceAddress[] candidates =
        [
            .. addresses.Where(found => found is { IsSecondary: false, Scope: 0 }
                && found.Address.AddressFamily == AddressFamily.InterNetwork),
        ];
        InterfaceAddress[] ahead = [.. candidates.TakeWhile(IsVirtual)];
        return ahead.Length == candidates.Length || PutBehind(ahead, now);
    }

    private bool PutBehind(IReadOnlyList<InterfaceAddress> ahead, MonotonicTime now)
    {
        int moved = 0;
        foreach (InterfaceAddress found in ahead)
        {
            foreach (RouterRuntime router in Routers)
                moved += router.PutBehind(InternetAddress.From(found.Address), now) ? 1 : 0;
            if (moved == PutBehindAPass)
                return false;
        }

        return true;
    }

    private bool IsVirtual(InterfaceAddress found) =>
        Routers.Exists(router => router.Has(InternetAddress.From(found.Address)));

    public void Dispose()
    {
        _advertisements.Dispose();
        _announcements.Dispose();
    }

    private void Receive(ReadOnlySpan<byte> message, in ReceivedHeader header, MonotonicTime now)
    {
        DiscardReason reason = ReceiveChecks.CheckMessage(message, header, out Advertisement advertisement);
        if (reason != DiscardReason.None)
        {
            RouterRuntime? meant = ReceiveChecks.TryPeekVrid(message, out Vrid vrid) ? _byVrid[vrid.Value] : null;
            Discard(reason, meant, header, now);
            return;
        }

        RouterRuntime? router = _byVrid[advertisement.Vrid.Value];
        reason = router is null
            ? DiscardReason.VridUnknown
            : ReceiveChecks.CheckRouter(advertisement, header, _expectations[advertisement.Vrid.Value]);
        if (router is null || reason != DiscardReason.None)
        {
            // To the owner it is no rival (§7.1), but clients may have believed it, in a partition that has just ended.
            if (reason == DiscardReason.AddressOwnerLocal)
                router?.Handle(RouterEvent.AnnouncementHeard(0), now);
            Discard(reason, router, header, now);
            return;
        }

        router.Board.Counters.CountReceived();
        router.Handle(
            RouterEvent.AdvertisementReceived(
                advertisement.Priority, header.Source, advertisement.MaxAdvertiseInterval),
            now);
    }

    /// <summary>The one exit of bad input: counted by reason, noted once a minute and reason.</summary>
    private void Discard(DiscardReason reason, RouterRuntime? router, in ReceivedHeader header, MonotonicTime now)
    {
        if (router is not null)
            router.Board.Counters.CountDiscard(reason);
        else
            _board.CountDiscard(reason);

        // Another site's VRID on the same link is ordinary.
        if (reason != DiscardReason.VridUnknown && _discardNotes.Allows((int)reason, now))
        {
            _journal.Add(
                NoteSeverity.Warning,
                router?.Board.Identity.Name ?? Name,
                $"dropped a message from {header.Source} on {Name}: {reason.Label()} "
                + "(noted once a minute, counted in vipd_discards_total)");
        }
    }
}
