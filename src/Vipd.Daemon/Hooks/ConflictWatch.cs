using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hooks;

/// <summary>
/// Sees in a router's counters that a conflict has begun: each kind is told of once a minute while it goes on.
/// </summary>
internal sealed class ConflictWatch(RouterCounters counters)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (long Count, TimeSpan NotBefore)> _known =
        counters.Conflicts.ToDictionary(conflict => conflict.Kind, conflict => (conflict.Count, TimeSpan.Zero));

    /// <summary>The kinds to tell of. <paramref name="now"/> counts from any origin and never goes back.</summary>
    public IReadOnlyList<string> Look(TimeSpan now)
    {
        List<string> begun = [];
        foreach ((string kind, long count) in counters.Conflicts)
        {
            (long before, TimeSpan notBefore) = _known[kind];
            if (count == before || now < notBefore)
                continue;
            _known[kind] = (count, now + Period);
            begun.Add(kind);
        }

        return begun;
    }
}
