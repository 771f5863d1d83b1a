namespace Vipd.Daemon.Health;

/// <summary>One thing that can be probed; one implementation for each `type` of the configuration.</summary>
public interface ICheck : IDisposable
{
    /// <summary>
    /// Probes once, within the check's own time limit. Whatever the target does is an answer, never an exception; only
    /// <paramref name="stop"/> ends a probe without one. Calls never overlap.
    /// </summary>
    Task<CheckAnswer> ProbeAsync(CancellationToken stop);
}
