using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>From the plans that run to others: <see cref="Prepare"/> off the election thread, the rest on it.</summary>
internal sealed partial class ElectionNetwork
{
    /// <summary>Out of the configuration, but perhaps still with addresses.</summary>
    private readonly List<RouterRuntime> _leaving = [];

    /// <summary>In the configuration, but not started yet.</summary>
    private readonly List<(RouterRuntime Router, RouterRuntime[] WaitsFor, TransitionCause Cause)> _arriving = [];

    /// <summary>There is something for <see cref="SettleLeaving"/> to look at.</summary>
    public bool IsInTransition => _leaving.Count > 0 || _arriving.Count > 0;

    /// <summary>
    /// Computes the difference and opens what it needs; changes nothing. For one caller at a time, which waits until
    /// what it has prepared is in force or disposed of.
    /// </summary>
    /// <exception cref="Vipd.Linux.LinuxException">A descriptor was refused; what was opened is closed
    /// again.</exception>
    public Reconfiguration Prepare(IReadOnlyList<RouterPlan> before, IReadOnlyList<RouterPlan> after)
    {
        IReadOnlyList<RouterChange> changes =
            [.. PlanDifference.Between(before, after).Select(change => IsDeaf(change) ? AsMoved(change) : change)];
        var next = new Reconfiguration(before, after, changes);
        try
        {
            // An interface that a router goes on with stays open; any other one may be closed before this is in force.
            Dictionary<(int Index, bool IsIPv6), InterfaceRuntime> open = [];
            foreach (RouterChange change in changes)
            {
                if (change is { Fate: RouterFate.Kept or RouterFate.Changed, Before: { } number } &&
                    Numbered[number]?.Opened is { At: var at })
                {
                    open[(at.Index.Value, before[number].IsIPv6)] = at;
                }
            }

            foreach (RouterChange change in changes)
            {
                if (change is not { Fate: not RouterFate.Kept, After: { } number })
                    continue;
                if (after[number].WaitsFor is not null)
                    continue;
                RouterPlan plan = after[number];
                (int, bool) key = (plan.Interface.Index.Value, plan.IsIPv6);
                if (!open.TryGetValue(key, out InterfaceRuntime? at))
                {
                    open.Add(key, at = OpenInterface(plan, after));
                    next.Interfaces.Add(at);
                }

                next.Add(number, Open(plan, at));
            }

            return next;
        }
        catch
        {
            next.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes everything over that needs no event, and begins a new recording. The caller then tells the routers what
    /// follows from it: those that leave first.
    /// </summary>
    public void Apply(Reconfiguration next, MonotonicTime now)
    {
        RouterRuntime?[] former = Numbered;
        Numbered = new RouterRuntime?[next.After.Count];
        var boards = new RouterBoard[next.After.Count];
        foreach (RouterChange change in next.Changes)
        {
            RouterRuntime? running = change.Before is { } number ? former[number] : null;
            if (change.Fate is RouterFate.Moved or RouterFate.Removed && running is not null)
                _leaving.Add(running);
            if (change.After is { } after)
                Numbered[after] = Apply(next, change, after, running, boards, now);
        }

        _groups = GroupRuntime.Of(next.After, Numbered);
        Interfaces = [.. Interfaces, .. next.Interfaces];
        Routers = [.. Numbered.OfType<RouterRuntime>(), .. _leaving];
        _arriving.RemoveAll(arriving => _leaving.Contains(arriving.Router));
        foreach (InterfaceRuntime at in Interfaces)
            at.ListenForAnnouncements();
        _board.Replace(boards);
        _board.Tracked = (_tracked = new TrackedLinks(next.After, _journal, _tracked)).All;
        if (next.IsEmpty)
            return;
        _recorder.Restart();
        foreach (RouterRuntime router in Routers)
            router.JoinRecording();
        _recorder.Seal();
    }

    /// <summary>Routers that have left the configuration since the last call; they have not been told yet.</summary>
    public IEnumerable<RouterRuntime> TakeLeaving() => _leaving.Where(router => !router.IsHeldBack);

    /// <summary>
    /// Closes what the released ones had, and lets those start that have waited for them. True if somebody is to be
    /// started, see <see cref="TakeArrived"/>: what the kernel knows must be told to it first.
    /// </summary>
    public bool SettleLeaving()
    {
        foreach (RouterRuntime router in _leaving.Where(router => router.HasLetGo).ToArray())
        {
            _leaving.Remove(router);
            Routers = [.. Routers.Where(other => other != router)];
            router.Opened!.Close();
            router.Opened.At.Detach(router);
        }

        foreach (InterfaceRuntime unused in Interfaces.Where(IsUnused).ToArray())
        {
            Interfaces = [.. Interfaces.Where(at => at != unused)];
            unused.Dispose();
        }

        bool anybody = false;
        foreach ((RouterRuntime router, RouterRuntime[] waitsFor, _) in _arriving)
        {
            if (waitsFor.Any(_leaving.Contains))
                continue;
            router.Opened!.At.Attach(router, router.Opened.Plan);
            router.Opened.At.ListenForAnnouncements();
            anybody = true;
        }

        return anybody;
    }

    /// <summary>Those that <see cref="SettleLeaving"/> has let in, each once.</summary>
    public IReadOnlyList<(RouterRuntime Router, TransitionCause Cause)> TakeArrived()
    {
        (RouterRuntime Router, TransitionCause Cause)[] arrived =
        [
            .. _arriving.Where(arriving => !arriving.WaitsFor.Any(_leaving.Contains))
                .Select(arriving => (arriving.Router, arriving.Cause)),
        ];
        _arriving.RemoveAll(arriving => arrived.Any(one => one.Router == arriving.Router));
        return arrived;
    }

    private RouterRuntime? Apply(
        Reconfiguration next,
        RouterChange change,
        int after,
        RouterRuntime? running,
        RouterBoard[] boards,
        MonotonicTime now)
    {
        RouterPlan plan = next.After[after];
        RouterBoard? former = change.Before is { } number ? _board.Routers[number] : null;
        if (change.Fate == RouterFate.Kept)
        {
            boards[after] = former!;
            return running;
        }

        RouterBoard board = boards[after] = former?.ContinueAs(plan.Identity) ?? RouterBoard.For(plan);
        if (change.Fate == RouterFate.Changed)
        {
            Reconfigure(running!, plan, board, next.Opened[after]!, now);
            return running;
        }

        board.Publish(RouterBoard.Initial(plan));
        if (next.Opened[after] is not { } opened)
            return null;
        RouterRuntime router = MakeRouter(plan, board, opened);
        router.IsHeldBack = true;
        HashSet<InternetAddress> addresses = [.. plan.Identity.Addresses];
        _arriving.Add((
            router,
            [.. _leaving.Where(leaving => leaving.Board.Identity.Addresses.Any(addresses.Contains))],
            former is not null && next.Before[change.Before!.Value] is var before && HasCome(before, plan)
                ? TransitionCause.InterfaceUp
                : TransitionCause.Startup));
        return router;
    }

    private static void Reconfigure(
        RouterRuntime router, RouterPlan plan, RouterBoard board, OpenedRouter opened, MonotonicTime now)
    {
        OpenedRouter former = router.Opened!;
        router.Reconfigure(plan.Parameters, board, opened.Ports, now);
        router.ChangeLinkLayerAddress(opened.At.Own);
        router.Opened = opened;
        former.Close();
        if (opened.At.Routers.Contains(router))
            opened.At.Attach(router, plan);
    }

    /// <summary>It was not there, or was deleted and made again.</summary>
    private static bool HasCome(RouterPlan before, RouterPlan after) =>
        before.WaitsFor is not null
        || (before.Interface.Name == after.Interface.Name && before.Interface.Index != after.Interface.Index);

    /// <summary>Its interface was deleted, and made again with the same number: the plan is the same.</summary>
    private bool IsDeaf(RouterChange change) =>
        change is { Fate: RouterFate.Kept or RouterFate.Changed, Before: { } number }
        && Numbered[number]?.Opened is { At.IsGone: true };

    private static RouterChange AsMoved(RouterChange change) => change with { Fate = RouterFate.Moved };

    private bool IsUnused(InterfaceRuntime at) =>
        at.Routers.Count == 0 && !_arriving.Exists(arriving => arriving.Router.Opened!.At == at);
}
