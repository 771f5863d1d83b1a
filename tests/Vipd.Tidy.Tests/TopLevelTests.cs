namespace Vipd.Tidy.Tests;

/// <summary>The top level shows what there is, and nothing else.</summary>
public sealed class TopLevelTests
{
    private static readonly HashSet<string> Allowed =
        ["src", "tests", "packaging", "systemd", "config", "vipd.sln", "README.md", "LICENSE", "global.json"];

    [GitFact]
    public void The_top_level_holds_only_what_belongs_there() => Finding.AssertNone(Check(Repository.TrackedFiles()));

    [Theory]
    [InlineData("notes.txt", 1)]
    [InlineData("docs/index.md", 1)]
    [InlineData("src.txt", 1)]
    [InlineData("src/A.cs", 0)]
    [InlineData(".ci/run", 0)]
    [InlineData(".editorconfig", 0)]
    [InlineData("Directory.Build.props", 0)]
    public void Anything_else_is_found(string path, int findings) => Assert.Equal(findings, Check([path]).Count());

    private static IEnumerable<Finding> Check(IEnumerable<string> paths) =>
        from name in paths.Select(path => path.Split('/')[0]).Distinct()
        where !Allowed.Contains(name)
            && !name.StartsWith('.') && !name.StartsWith("Directory.", StringComparison.Ordinal)
        select new Finding(name, 1, "does not belong at the top level");
}
