namespace Vipd.Vrrp.Election;

/// <summary>Initialize, RFC 9568 §6.4.1, and Fault, which is Initialize with a way back.</summary>
public sealed partial class VirtualRouter
{
    /// <summary>How long a router stays in Fault after the kernel refused an address, before it tries again.</summary>
    private static readonly TimeSpan KernelRetry = TimeSpan.FromSeconds(5);

    private MonotonicTime _retryTimer = MonotonicTime.Never;

    private void HandleInitialize(in RouterEvent routerEvent, MonotonicTime now)
    {
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Startup when _faults != RouterFaults.None:
                EnterFault(_faults, now);
                break;
            case RouterEventKind.Startup:
                ListenFirst(routerEvent.Cause, now);
                TakePart(routerEvent.Cause, now);
                break;
            case RouterEventKind.PriorityChanged:
                Priority = routerEvent.Priority;
                break;
            case RouterEventKind.FaultRaised:
                _faults |= routerEvent.Fault;
                break;
            case RouterEventKind.FaultCleared:
                _faults &= ~routerEvent.Fault;
                break;
        }
    }

    /// <summary>
    /// §6.4.1: the address owner is Active at once, everybody else listens as if nobody had been heard before.
    /// </summary>
    private void TakePart(TransitionCause cause, MonotonicTime now)
    {
        if (Priority.IsAddressOwner)
        {
            BecomeActive(TransitionCause.AddressOwner, trigger: now, now);
            return;
        }

        ForgetActiveRouter();
        _holdDown.ForgetHolder();
        EnterBackup(cause, now);
    }

    /// <summary>startupDelay is for networks that need time after a boot, not for an operator's undrain.</summary>
    private void ListenFirst(TransitionCause cause, MonotonicTime now)
    {
        if (cause == TransitionCause.Startup && _parameters.StartupDelay > TimeSpan.Zero)
            _noTakeOverBefore = now + _parameters.StartupDelay + Spread;
    }

    private void HandleFault(in RouterEvent routerEvent, MonotonicTime now)
    {
        switch (routerEvent.Kind)
        {
            case RouterEventKind.Shutdown:
                _retryTimer = MonotonicTime.Never;
                _faults &= ~RouterFaults.Kernel; // Only the retry clears it, and Startup is one.
                Transition(RouterState.Initialize, routerEvent.Cause, now);
                break;
            case RouterEventKind.PriorityChanged:
                Priority = routerEvent.Priority;
                break;
            case RouterEventKind.FaultRaised:
                AddFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.FaultCleared:
                ClearFault(routerEvent.Fault, now);
                break;
            case RouterEventKind.DeadlineReached when _retryTimer <= now:
                _retryTimer = MonotonicTime.Never;
                ClearFault(RouterFaults.Kernel, now);
                break;
        }
    }

    private void ClearFault(RouterFaults fault, MonotonicTime now)
    {
        _faults &= ~fault;
        if (_faults == RouterFaults.None)
            TakePart(CauseOf(fault, raised: false), now);
    }

    /// <summary>The caller has seen to the addresses.</summary>
    private void EnterFault(RouterFaults fault, MonotonicTime now)
    {
        AddFault(fault, now);
        Transition(RouterState.Fault, CauseOf(fault, raised: true), now);
    }

    private void AddFault(RouterFaults fault, MonotonicTime now)
    {
        _faults |= fault;
        if ((fault & RouterFaults.Kernel) != 0)
            _retryTimer = now + KernelRetry;
    }
}
