using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>A check between two probes; immutable, replaced as a whole.</summary>
/// <param name="Name">As configured.</param>
/// <param name="Type">As configured: `kubernetesApiserver`, …</param>
/// <param name="Class">The verdict, after rise and fall; down until the first answer.</param>
/// <param name="Reasons">Why the verdict is what it is: the lines of the last answer of that class.</param>
/// <param name="Since">UTC time of the last change of the verdict, for people.</param>
/// <param name="LastAnswer">What the last probe found; null before the first.</param>
/// <param name="LastProbeAt">UTC time of the last probe's end; null before the first.</param>
/// <param name="LastDuration">How long the last probe took.</param>
/// <param name="Consecutive">How many answers in a row had the class of the last one.</param>
/// <param name="Probes">Probes finished since start.</param>
public sealed record CheckStatus(
    string Name,
    string Type,
    HealthClass Class,
    IReadOnlyList<string> Reasons,
    DateTimeOffset Since,
    CheckAnswer? LastAnswer,
    DateTimeOffset? LastProbeAt,
    TimeSpan LastDuration,
    int Consecutive,
    long Probes)
{
    /// <summary>What the verdict costs where an answer said so itself; null: what its class does.</summary>
    public CheckWeight? Weight { get; init; }

    /// <summary>
    /// A node that boots while its apiserver is not up must not preempt with full priority: down until shown otherwise.
    /// </summary>
    public static CheckStatus Unprobed(string name, string type, DateTimeOffset now) =>
        new(name, type, HealthClass.Down, ["not probed yet"], now, null, null, TimeSpan.Zero, 0, 0);
}
