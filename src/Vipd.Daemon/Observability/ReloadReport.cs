namespace Vipd.Daemon.Observability;

/// <summary>How a reload ended.</summary>
public enum ReloadResult
{
    /// <summary>The file is in force, but for what the lines say needs a restart.</summary>
    Applied,

    /// <summary>The file is no configuration; nothing has been changed.</summary>
    BadConfiguration,

    /// <summary>This machine cannot run it, or the kernel refused something; nothing has been changed.</summary>
    Refused,
}

/// <summary>What came of a reload.</summary>
/// <param name="At">UTC.</param>
/// <param name="Lines">For people: what changed, one line a virtual router; or every reason why nothing did.</param>
public sealed record ReloadReport(ReloadResult Result, DateTimeOffset At, IReadOnlyList<string> Lines);
