using System.Diagnostics.CodeAnalysis;

namespace Vipd.Vrrp.Election;

/// <summary>
/// The state as bytes, for a recording that begins in the middle of a router's life: a router that is restored from
/// them answers every later event as the original did.
/// </summary>
public sealed partial class VirtualRouter
{
    private static readonly TimeSpan LongestInterval = new Centiseconds(4095).ToTimeSpan();

    /// <summary>What <see cref="SaveState"/> writes, in bytes; the same for the whole life of the router.</summary>
    public int StateSize
    {
        get
        {
            var transfer = StateTransfer.Measuring();
            Carry(ref transfer);
            return transfer.Length;
        }
    }

    /// <summary>
    /// Writes <see cref="StateSize"/> bytes. Allocates nothing. The layout belongs to this version of the code.
    /// </summary>
    public void SaveState(Span<byte> destination)
    {
        var transfer = StateTransfer.Saving(destination);
        Carry(ref transfer);
    }

    /// <summary>
    /// A router with <paramref name="parameters"/> in the state that <see cref="SaveState"/> wrote. False if the bytes
    /// are none: a wrong length, or a value that cannot be. Not checked: whether the values fit each other; such a
    /// router does something senseless, and nothing worse.
    /// </summary>
    public static bool TryRestore(
        RouterParameters parameters, ReadOnlySpan<byte> state, [NotNullWhen(true)] out VirtualRouter? router)
    {
        var restored = new VirtualRouter(parameters);
        var transfer = StateTransfer.Restoring(state);
        restored.Carry(ref transfer);
        router = transfer.IsValid && transfer.Length == state.Length ? restored : null;
        return router is not null;
    }

    private void Carry(ref StateTransfer transfer)
    {
        int state = (int)State;
        transfer.Carry(ref state, 0, (int)RouterState.Fault);
        State = (RouterState)state;
        int priority = Priority.Value;
        transfer.Carry(ref priority, 0, 255);
        Priority = new Priority((byte)priority);
        int faults = (int)_faults;
        transfer.Carry(ref faults, 0, (int)RouterFaults.All);
        _faults = (RouterFaults)faults;
        CarryActiveRouter(ref transfer);
        CarryBackup(ref transfer);
        transfer.Carry(ref _retryTimer);
        transfer.Carry(ref _holding);
        transfer.Carry(ref _adverTimer);
        transfer.Carry(ref _advertisedAt);
        transfer.Carry(ref _announcedAt);
        transfer.Carry(ref _othersAreAtVirtualMac);
        transfer.Carry(ref _formerInterval, TimeSpan.Zero, LongestInterval);
        transfer.Carry(ref _formerRhythm, 0, AdvertisementsAtFormerRhythm);
        _claim.Carry(ref transfer);
        _announcements.Carry(ref transfer);
        _handover.Carry(ref transfer);
    }

    private void CarryBackup(ref StateTransfer transfer)
    {
        transfer.Carry(ref _activeDownTimer);
        transfer.Carry(ref _waitingSince);
        int cause = (int)_takeOverCause;
        transfer.Carry(ref cause, 0, (int)TransitionCause.GroupResigned);
        _takeOverCause = (TransitionCause)cause;
        transfer.Carry(ref _noTakeOverBefore);
        transfer.Carry(ref _betterUntil);
        transfer.Carry(ref _betterRouter);
        int better = _betterPriority.Value;
        transfer.Carry(ref better, 0, 255);
        _betterPriority = new Priority((byte)better);
        transfer.Carry(ref _isReady);
        MonotonicTime since = _preemptableSince ?? MonotonicTime.Never;
        transfer.Carry(ref since);
        _preemptableSince = since == MonotonicTime.Never ? null : since;
        _holdDown.Carry(ref transfer);
    }

    private void CarryActiveRouter(ref StateTransfer transfer)
    {
        TimeSpan interval = ActiveAdverInterval;
        transfer.Carry(ref interval, new Centiseconds(1).ToTimeSpan(), LongestInterval);
        ActiveAdverInterval = interval;
        int priority = ActivePriority?.Value ?? -1;
        transfer.Carry(ref priority, -1, 255);
        ActivePriority = priority < 0 ? null : new Priority((byte)priority);
        InternetAddress? router = ActiveRouter;
        transfer.Carry(ref router);
        ActiveRouter = router;
    }
}
