namespace Vipd.Vrrp.Election;

/// <summary>New parameters for a router that goes on as what it is.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>
    /// Whoever misses this many Advertisements in a row takes over; so one that says "less often from now on" must not
    /// be the only one.
    /// </summary>
    private const int AdvertisementsAtFormerRhythm = 3;

    private TimeSpan _formerInterval;

    /// <summary>Advertisements after which the former interval is still waited.</summary>
    private int _formerRhythm;

    /// <summary>
    /// Takes new parameters in place: the state, the Active Router that is watched and a handover that is under way
    /// stay. An Active Router advertises at once what the others must know, and claims again if the addresses are
    /// others. Makes no action itself: what is to be done is due now.
    /// </summary>
    /// <param name="parameters">Their priority is not looked at: <see cref="RouterEventKind.PriorityChanged"/> carries
    /// it, less what is unhealthy. A change from or to the address owner is not one in place.</param>
    /// <param name="addressesChanged">Index for index, not all addresses are the ones from before; those that are gone
    /// are the caller's to remove.</param>
    /// <param name="now">The caller has told everything that was due before, so that no stall is overlooked.</param>
    public void Reconfigure(RouterParameters parameters, bool addressesChanged, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.AddressCount, 1);
        bool sourceChanged = parameters.PrimaryAddress != _parameters.PrimaryAddress;
        TimeSpan former = _advertisementInterval;
        _parameters = parameters;
        _advertisementInterval = parameters.AdvertisementInterval.ToTimeSpan();
        _holdDown.Reconfigure(parameters.HoldDown);
        if (ActiveRouter is null)
            ActiveAdverInterval = _advertisementInterval;
        _announcements.Reconfigure(parameters, isActive: State == RouterState.Active, now);
        if (addressesChanged)
            _handover.ChangeAddresses(parameters.AddressCount);
        if (State == RouterState.Active)
        {
            ReconfigureActive(former, addressesChanged, sourceChanged, now);
            return;
        }

        if (addressesChanged)
            _claim = new Claim(parameters.AddressCount);
        if (State == RouterState.Backup)
            ReconfigureBackup(former, sourceChanged, now);
    }

    private void ReconfigureActive(TimeSpan former, bool addressesChanged, bool sourceChanged, MonotonicTime now)
    {
        if (sourceChanged)
        {
            _holdDown.ForgetHolder();
            _holdDown.Hear(_parameters.PrimaryAddress, now);
        }

        if (addressesChanged)
        {
            _claim.Again(_parameters.AddressCount, now);
            _announcements.Begin(now);
        }

        if (former != _advertisementInterval)
        {
            _formerInterval = former;
            _formerRhythm = former < _advertisementInterval ? AdvertisementsAtFormerRhythm : 0;

            // What was silence enough until now is no stall because the interval has become shorter.
            _advertisedAt = now;
        }

        if (addressesChanged || sourceChanged || former != _advertisementInterval)
            _adverTimer = now;
    }

    private void ReconfigureBackup(TimeSpan former, bool sourceChanged, MonotonicTime now)
    {
        if (_isReady || (ActiveRouter is null && former != _advertisementInterval))
            WaitFor(_takeOverCause, now); // Our own interval stands for an Active Router's: listen for as long.
        else if (_takeOverCause == TransitionCause.Preempting && !MayPreempt(now))
            WaitFor(TransitionCause.ActiveDown, now);
        else if (sourceChanged)
            SetActiveDownTimer(); // The spread follows from the address.
    }

    /// <summary>What to wait after the Advertisement that is being sent.</summary>
    private TimeSpan TakeInterval()
    {
        if (_formerRhythm == 0)
            return _advertisementInterval;
        _formerRhythm--;
        return _formerInterval;
    }
}
