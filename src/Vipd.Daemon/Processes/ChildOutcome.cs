using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Processes;

/// <summary>How a command ended.</summary>
public enum ChildEnd
{
    /// <summary>By itself, with <see cref="ChildOutcome.ExitCode"/>.</summary>
    Exited,

    /// <summary>By <see cref="ChildOutcome.Signal"/>, which was not ours.</summary>
    Signalled,

    /// <summary>Killed by us after its time limit.</summary>
    TimedOut,

    /// <summary>There never was a process; <see cref="ChildOutcome.Refusal"/> says why.</summary>
    NotStarted,
}

/// <summary>What came of a <see cref="ChildCommand"/>.</summary>
/// <param name="Output">The first lines that it wrote, on both streams, printable and bounded.</param>
/// <param name="Duration">From before the start until it was buried.</param>
public sealed record ChildOutcome(ChildEnd End, IReadOnlyList<string> Output, TimeSpan Duration)
{
    public int? ExitCode { get; init; }

    public int? Signal { get; init; }

    public string? Refusal { get; init; }

    public bool IsSuccess => End == ChildEnd.Exited && ExitCode == 0;

    /// <summary>`exited with 1`, without its output.</summary>
    public string Describe(ChildCommand command) => End switch
    {
        ChildEnd.Exited => $"{command.Arguments[0]} exited with {ExitCode}",
        ChildEnd.Signalled => $"{command.Arguments[0]} was ended by signal {Signal}",
        ChildEnd.TimedOut => $"{command.Arguments[0]} took longer than {Durations.Format(command.TimeLimit)} "
            + "and was killed with its process group",
        _ => $"{command.Arguments[0]} could not be started: {Refusal}",
    };
}
