namespace Vipd.Daemon.Processes;

/// <summary>What to run, and for how long at most.</summary>
/// <param name="Arguments">The first is the absolute path of the program. No shell reads any of them.</param>
/// <param name="Variables">All that the program finds in its environment, beside <see cref="SearchPath"/>.</param>
/// <param name="TimeLimit">After this the program and its whole process group are killed; positive.</param>
public sealed record ChildCommand(
    IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables, TimeSpan TimeLimit)
{
    /// <summary>PATH, unless <see cref="Variables"/> has one: where a script finds its tools.</summary>
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}
