using Vipd.Daemon.Configuration;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Health;

/// <summary>
/// What the checks cost each Virtual Router: sums the weights of the classes of its checks and tells the election
/// thread, once for each change. Until a check has answered it is down, and that is posted at construction: as the
/// inbox keeps order, no router enters the election with a priority that its health has not earned.
/// </summary>
public sealed class HealthPriority
{
    private readonly Lock _gate = new();
    private readonly LoopInbox _inbox;
    private readonly Dictionary<string, CheckWeights> _weights;
    private readonly Dictionary<string, CheckStatus> _statuses;
    private readonly IReadOnlyList<IReadOnlyList<string>> _checksOfRouters;
    private readonly LoopMessage.HealthChanged[] _posted;

    /// <param name="routers">In the order by which <see cref="LoopMessage.HealthChanged"/> counts them.</param>
    /// <param name="checks">At least those that the routers name.</param>
    /// <param name="initial">One for each check.</param>
    /// <param name="posts">False: the caller hands <see cref="Posted"/> over, in one message with what else a reload
    /// changes.</param>
    public HealthPriority(
        IReadOnlyList<VirtualRouterConfiguration> routers,
        IReadOnlyList<CheckConfiguration> checks,
        IReadOnlyList<CheckStatus> initial,
        LoopInbox inbox,
        bool posts = true)
    {
        _inbox = inbox;
        _weights = checks.ToDictionary(check => check.Name, check => check.Weights);
        _statuses = initial.ToDictionary(status => status.Name);
        _checksOfRouters = [.. routers.Select(router => router.Checks)];
        _posted = [.. routers.Select((_, router) => new LoopMessage.HealthChanged(router, 0, false, []))];
        for (int router = 0; router < _posted.Length; router++)
        {
            if (posts)
                PostIfChanged(router);
            else
                _posted[router] = Sum(router);
        }
    }

    /// <summary>What the election thread knows, or is about to be told, one for each router.</summary>
    public IReadOnlyList<LoopMessage.HealthChanged> Posted => [.. _posted];

    /// <summary>Takes over the new status of one check; from any thread.</summary>
    public void Update(CheckStatus status)
    {
        // Under the lock up to the post: two checks that change together must be posted in the order of the sums.
        lock (_gate)
        {
            _statuses[status.Name] = status;
            for (int router = 0; router < _posted.Length; router++)
            {
                if (_checksOfRouters[router].Contains(status.Name))
                    PostIfChanged(router);
            }
        }
    }

    private void PostIfChanged(int router)
    {
        LoopMessage.HealthChanged now = Sum(router);
        LoopMessage.HealthChanged before = _posted[router];
        if (now.Weight == before.Weight && now.Fault == before.Fault && now.Reasons.SequenceEqual(before.Reasons))
            return;
        _posted[router] = now;
        _inbox.Post(now);
    }

    private LoopMessage.HealthChanged Sum(int router)
    {
        int sum = 0;
        bool fault = false;
        List<string> reasons = [];
        foreach (string name in _checksOfRouters[router])
        {
            CheckStatus status = _statuses[name];
            CheckWeight weight = WeightOf(status);
            if (weight is { IsFault: false, Amount: 0 })
                continue;
            sum += weight.Amount;
            fault |= weight.IsFault;
            reasons.Add(Describe(status, weight));
        }

        return new LoopMessage.HealthChanged(router, sum, fault, reasons);
    }

    private CheckWeight WeightOf(CheckStatus status) => status.Weight ?? status.Class switch
    {
        HealthClass.Ready => CheckWeight.Lower(0),
        HealthClass.NotReady => _weights[status.Name].NotReady,
        _ => _weights[status.Name].Down,
    };

    private static string Describe(CheckStatus status, CheckWeight weight)
    {
        string because = status.Reasons.Count == 0 ? "" : ": " + string.Join("; ", status.Reasons);
        string cost = weight.IsFault ? "fault" : $"-{weight}";
        return $"check {status.Name} {status.Class.Name()}{because} ({cost})";
    }
}
