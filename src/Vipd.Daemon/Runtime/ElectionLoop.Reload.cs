using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Another configuration while the thread runs: it comes as one message, prepared to the last descriptor, and is taken
/// over at the end of a pass, when every socket is empty and nothing is due. Here allocation is fine; routers that
/// nothing has changed for are not touched.
/// </summary>
public sealed partial class ElectionLoop
{
    private readonly Action? _machineChanged;

    /// <summary>Interfaces by the number that their descriptors have in the poll set.</summary>
    private readonly List<InterfaceRuntime?> _listened = [];

    private Reconfiguration? _reload;
    private bool _isWaiting;
    private bool _drained;

    /// <summary>
    /// Computes the difference and opens what it needs, on the calling thread; to be posted with
    /// <see cref="LoopMessage.Reconfigure"/>. For one caller at a time.
    /// </summary>
    /// <exception cref="LinuxException">A descriptor was refused; nothing has been changed.</exception>
    internal Reconfiguration Prepare(IReadOnlyList<RouterPlan> before, IReadOnlyList<RouterPlan> after) =>
        _network.Prepare(before, after);

    private void TakeReload(MonotonicTime now)
    {
        while (_reload is { } next)
        {
            _reload = null;
            _wake.Forget();
            if (_stopping)
                next.Refuse();
            else
                Apply(next, now);
            TakeInbox(now);
        }

        if (!_network.IsInTransition)
            return;
        _wake.Forget();
        SettleTransition(now);
    }

    private void Apply(Reconfiguration next, MonotonicTime now)
    {
        _network.Apply(next, now);
        _isWaiting = next.Waits;
        ListenToInterfaces();
        foreach (RouterRuntime leaving in _network.TakeLeaving().ToArray())
            leaving.Leave(now);
        _network.TellOfTracked(now);
        for (int number = 0; number < next.Health.Count; number++)
            _network.Numbered[number]?.ReviewHealth(next.Health[number], now);
        SettleTransition(now);

        // Addresses that are new to a router may be on the interface already.
        if (next.Changes.Any(change => change.Fate == RouterFate.Changed))
            Resynchronise(now);
        next.Complete();
    }

    /// <summary>Who has let go of its addresses is closed, who has waited for that starts.</summary>
    private void SettleTransition(MonotonicTime now)
    {
        bool hasArrivals = _network.SettleLeaving();
        ListenToInterfaces();
        if (!hasArrivals || _stopping)
            return;
        Resynchronise(now);
        foreach ((RouterRuntime router, TransitionCause cause) in _network.TakeArrived())
        {
            if (_drained)
                router.Drain(now);
            router.Start(now, cause);
        }
    }

    /// <summary>Puts new interfaces into the poll set; those that are closed leave it with their last holder.</summary>
    private void ListenToInterfaces()
    {
        for (int i = 0; i < _listened.Count; i++)
        {
            if (_listened[i] is { } former && !_network.Interfaces.Contains(former))
                _listened[i] = null;
        }

        foreach (InterfaceRuntime at in _network.Interfaces)
        {
            if (_listened.Contains(at))
                continue;
            int place = _listened.IndexOf(null);
            if (place < 0)
            {
                place = _listened.Count;
                _listened.Add(null);
            }

            _listened[place] = at;
            _poll.Add(at.AdvertisementDescriptor, FirstInterfaceToken + (2 * place));
            _poll.Add(at.AnnouncementDescriptor, FirstInterfaceToken + (2 * place) + 1);
        }
    }
}
