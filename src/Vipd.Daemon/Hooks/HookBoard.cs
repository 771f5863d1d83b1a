namespace Vipd.Daemon.Hooks;

/// <summary>How a run of a hook ended.</summary>
public enum HookResult
{
    /// <summary>With exit code 0.</summary>
    Succeeded,

    /// <summary>With another one, by a signal, or it could not be started.</summary>
    Failed,

    /// <summary>It took longer than its time limit and was killed.</summary>
    TimedOut,

    /// <summary>The daemon ended before it did.</summary>
    Interrupted,
}

/// <summary>What is counted of the hooks of one Virtual Router. Its runner writes, anybody reads.</summary>
public sealed class HookBoard(string router)
{
    private static readonly int Results = Enum.GetValues<HookResult>().Length;

    private readonly long[] _runs = new long[Enum.GetValues<HookKind>().Length * Results];
    private long _passedOver;
    private volatile string _router = router;

    /// <summary>Its name; a reload may give it another one.</summary>
    public string Router
    {
        get => _router;
        internal set => _router = value;
    }

    /// <summary>Transitions without a run, because later ones came while earlier hooks still ran.</summary>
    public long PassedOver => Volatile.Read(ref _passedOver);

    public long Runs(HookKind kind, HookResult result) => Volatile.Read(ref _runs[Index(kind, result)]);

    internal void Count(HookKind kind, HookResult result) => Interlocked.Increment(ref _runs[Index(kind, result)]);

    internal void SetPassedOver(long count) => Volatile.Write(ref _passedOver, count);

    private static int Index(HookKind kind, HookResult result) => ((int)kind * Results) + (int)result;
}
