using Vipd.Linux.Sockets;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The one place where a datagram becomes an event or a counted DiscardReason: of all routers of one interface and
/// family the one with its VRID gets it, as that router's version reads it.
/// </summary>
internal sealed class AdvertisementIntake(string interfaceName, LoopBoard board, LoopJournal journal)
{
    private readonly Recipient?[] _byVrid = new Recipient?[256];
    private readonly NoteLimiter _discardNotes = new(DiscardReasons.Count);
    private readonly NoteLimiter _differenceNotes = new(PeerDifferences.Count);

    /// <summary>Whether a router goes by the group.</summary>
    public bool IsGroupWanted => Array.Exists(_byVrid, recipient => recipient is { GoesByGroup: true });

    /// <summary>Also for a router that is attached already and has another plan.</summary>
    public void Attach(RouterRuntime router, RouterPlan plan)
    {
        Detach(router);
        _byVrid[plan.Identity.Vrid.Value] =
            new Recipient(router, SpokenVersion.ReaderFor(plan), GoesByGroup: plan.Unicast is null);
    }

    /// <summary>What still comes for it is counted as an unknown VRID's.</summary>
    public void Detach(RouterRuntime router)
    {
        for (int vrid = 0; vrid < _byVrid.Length; vrid++)
        {
            if (_byVrid[vrid]?.Router == router)
                _byVrid[vrid] = null;
        }
    }

    /// <summary>
    /// Hands each to its router. From when on one of those that have heard something wants the loop awake, or Never.
    /// </summary>
    public MonotonicTime Receive(DatagramBatch batch, MonotonicTime now)
    {
        MonotonicTime next = MonotonicTime.Never;
        for (int i = 0; i < batch.Count; i++)
            next = MonotonicTime.Min(next, Receive(batch, i, now));
        return next;
    }

    private MonotonicTime Receive(DatagramBatch batch, int number, MonotonicTime now)
    {
        if (!batch.TryRead(number, out ReadOnlySpan<byte> message, out IpDatagram datagram))
        {
            board.CountDiscard(DiscardReason.PacketTruncated);
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
        if (_byVrid[vrid.Value] is not { Router: var router, Reader: var reader })
        {
            DiscardReason fault = ReceiveChecks.CheckUnclaimed(message, header);
            board.CountDiscard(fault);
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
        journal.Add(
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
        journal.Add(
            NoteSeverity.Warning,
            router?.Name ?? interfaceName,
            $"dropped a message from {header.Source} on {interfaceName}: {reason.Label()} "
            + (router is null || trouble is null ? string.Empty : $"- it {trouble.Describe(router)} ")
            + "(noted once a minute, counted in vipd_discards_total)");
    }

    /// <summary>Who gets what comes with one VRID, and how it is read.</summary>
    private sealed record Recipient(RouterRuntime Router, IAdvertisementReader Reader, bool GoesByGroup);
}
