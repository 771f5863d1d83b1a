using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>What a reload does to a router that goes on, comes or goes.</summary>
internal sealed partial class RouterRuntime
{
    /// <summary>Addresses that are no longer in the configuration are still here.</summary>
    private bool _isRetiring;

    /// <summary>
    /// It must not start: it has left the configuration, or waits until one that has left has let go of its addresses.
    /// </summary>
    public bool IsHeldBack { get; set; }

    /// <summary>What was opened for it; null for a router that only rehearses.</summary>
    public OpenedRouter? Opened { get; set; }

    /// <summary>Its events belong to the recorder's present history.</summary>
    public void JoinRecording() => _recordedAs = _recorder.Attach(_board.Identity, _parameters, _router);

    /// <summary>
    /// Goes on as what it is with another plan; everything that was due has been done. Sends nothing: what is to be
    /// sent is due now.
    /// </summary>
    /// <param name="board">Continues the one from before, with the plan's identity.</param>
    /// <param name="ports">Not used before.</param>
    public void Reconfigure(RouterParameters parameters, RouterBoard board, IRouterPorts ports, MonotonicTime now)
    {
        RouterIdentity former = _board.Identity;
        int[] formerNumbers = [.. board.Identity.Addresses.Select(NumberOf)];

        // The kernel learns another lifetime with the claim.
        bool claimsAgain = board.Identity.Lease != former.Lease
            || !board.Identity.Addresses.SequenceEqual(former.Addresses);
        NoteFailure(RouterActionKind.RemoveAddresses, ports.Inherit(_ports, formerNumbers, now), now);
        _router.Reconfigure(parameters, claimsAgain, now);
        _parameters = parameters;
        _board = board;
        _ports = ports;
        _takeOver = new TakeOverStopwatch(board.Counters, parameters.AddressCount);
        _addressIndex = new AddressIndex(board.Identity.Addresses);
        _addresses = new AddressReports(board, ports, _journal);
        _isRetiring = true;
        Publish();
    }

    /// <summary>Out of the configuration: resigns if it is Active, and hands over.</summary>
    public void Leave(MonotonicTime now)
    {
        IsHeldBack = true;

        // Out already, for a reason that is worth more in the history than this: its interface is gone.
        if (_router.State != RouterState.Fault || !IsReleased)
            Handle(RouterEvent.Shutdown(), now);
    }

    private int NumberOf(InternetAddress address) =>
        _addressIndex.TryFind(address, out int number) ? number : NoAddress;

    private void RetireAddresses(MonotonicTime now)
    {
        if (_ports.Retire(out LinuxException? refused))
            return;
        _isRetiring = false;
        NoteFailure(RouterActionKind.RemoveAddresses, refused, now);
    }
}
