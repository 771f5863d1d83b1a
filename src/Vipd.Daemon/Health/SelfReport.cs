namespace Vipd.Daemon.Health;

/// <summary>What can be wrong with the own process, or the machine under it.</summary>
public enum SelfTrouble
{
    /// <summary>No thread of the process ran: stopped, swapped out, starved, or the machine stood still.</summary>
    ProcessStalled,

    /// <summary>Threads ran, but the pool, on which the probes go on, did not come to its work.</summary>
    ThreadPoolStarved,

    /// <summary>The wall clock was set.</summary>
    ClockJumped,

    /// <summary>The machine was asleep.</summary>
    Suspended,
}

/// <summary>The names of the troubles as `status`, the metrics and the log spell them.</summary>
public static class SelfTroubles
{
    public static readonly IReadOnlyList<SelfTrouble> All = Enum.GetValues<SelfTrouble>();

    public static string Name(this SelfTrouble value) => value switch
    {
        SelfTrouble.ProcessStalled => "processStalled",
        SelfTrouble.ThreadPoolStarved => "threadPoolStarved",
        SelfTrouble.ClockJumped => "clockJumped",
        _ => "suspended",
    };
}

/// <summary>One trouble, when it was over.</summary>
/// <param name="At">UTC, as the wall clock is now.</param>
/// <param name="Duration">How long it lasted; how far the clock jumped, negative for back.</param>
public sealed record SelfFinding(SelfTrouble Trouble, DateTimeOffset At, TimeSpan Duration)
{
    public string Describe() => Trouble switch
    {
        SelfTrouble.ProcessStalled => $"vipd stood still for {Seconds}: no thread of it ran",
        SelfTrouble.ThreadPoolStarved => $"vipd's thread pool did not come to its work for {Seconds}",
        SelfTrouble.ClockJumped => $"the wall clock was set by {Seconds}",
        _ => $"this machine was asleep for {Seconds}",
    };

    private string Seconds => FormattableString.Invariant($"{Duration.TotalSeconds:0.0##} s");
}
