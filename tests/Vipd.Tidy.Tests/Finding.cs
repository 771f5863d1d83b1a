namespace Vipd.Tidy.Tests;

/// <summary>A place where a rule is broken.</summary>
internal sealed record Finding(string Path, int Line, string What)
{
    public override string ToString() => FormattableString.Invariant($"{Path}:{Line}: {What}");

    /// <summary>Fails with one line for each place, in the form that editors make a link of.</summary>
    public static void AssertNone(IEnumerable<Finding> findings)
    {
        string list = string.Join('\n', findings);
        Assert.True(list.Length == 0, "\n" + list);
    }
}
