using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What the board and the log are told. Of a take-over they hear when it is over: words, memory and readers that wake
/// up would otherwise stand between the first Advertisement and the first announcement.
/// </summary>
internal sealed partial class RouterRuntime
{
    private KeptTransition? _unreported;

    /// <summary>It has been acted on.</summary>
    private void KeepTransition(in RouterEvent routerEvent)
    {
        Record();
        _unreported = new KeptTransition(_transition, routerEvent, DateTimeOffset.UtcNow, _clock());
        _transition = default;
    }

    private void Report()
    {
        Record();
        PublishIfChanged();
    }

    private void Record()
    {
        if (_unreported is not { } kept)
            return;
        _unreported = null;
        RouterAction transition = kept.Transition;
        RouterEvent cause = kept.Event;
        InternetAddress? peer = cause.Kind == RouterEventKind.AdvertisementReceived ? cause.Sender : null;
        TimeSpan sinceTrigger = kept.ActedAt - transition.Trigger;
        _board.Record(new TransitionRecord(
            kept.At, transition.From, transition.To, transition.Cause, peer, sinceTrigger));
        Publish(transition.Cause, kept.At);
        string from = peer is { } address ? $", heard {address} with priority {cause.Priority}" : string.Empty;
        _journal.Add(
            NoteSeverity.Information,
            _board.Identity.Name,
            $"{transition.From} -> {transition.To}: {TransitionWords.Of(transition.Cause)}{from}; "
            + $"{sinceTrigger.TotalMilliseconds:F2} ms after it was due");
    }

    private void PublishIfChanged()
    {
        RouterSnapshot current = _board.Current;
        if (current.EffectivePriority != _router.Priority || current.HandingOver != IsHandingOver ||
            current.ActiveRouter != ActiveRouter || current.ActivePriority != ActivePriority ||
            current.ActiveDownInterval != _router.ActiveDownInterval || current.HeldDownUntil != _heldDownUntil)
        {
            Publish();
        }
    }

    private bool IsHandingOver => _router.IsHandingOver || _isCutting;

    private InternetAddress? ActiveRouter => _router.State switch
    {
        RouterState.Active => _board.Identity.PrimaryAddress,
        RouterState.Backup => _router.ActiveRouter,
        _ => _overheard?.Sender,
    };

    private Priority? ActivePriority => _router.State switch
    {
        RouterState.Active => _router.Priority,
        RouterState.Backup => _router.ActivePriority,
        _ => _overheard?.Priority,
    };

    private void Publish(TransitionCause? cause = null, DateTimeOffset since = default)
    {
        RouterSnapshot current = _board.Current;
        var next = new RouterSnapshot(
            _router.State,
            cause is null ? current.Since : since,
            cause ?? current.Cause,
            _router.Priority,
            _reasons,
            IsHandingOver,
            _drained,
            ActiveRouter,
            ActivePriority,
            _router.ActiveDownInterval)
        {
            HeldDownUntil = _heldDownUntil,
        };
        if (next != current)
            _board.Publish(next);
    }

    private readonly record struct KeptTransition(
        RouterAction Transition, RouterEvent Event, DateTimeOffset At, MonotonicTime ActedAt);
}
