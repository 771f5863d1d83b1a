using System.Text.RegularExpressions;

namespace Vipd.Tidy.Tests;

/// <summary>
/// Nothing in the tree points at the machine that somebody wrote it on, nor at the registry that its packages came
/// from: the first is nobody else's, the second is for NuGet's own configuration to say.
/// </summary>
public sealed partial class BannedWordsTests
{
    [GitFact]
    public void No_text_file_names_a_machine_path_or_a_registry() => Finding.AssertNone(
        from path in Repository.TrackedFiles()
        from finding in Check(path, Repository.Read(path))
        select finding);

    [Theory]
    [InlineData("see /", "root/notes")]
    [InlineData("cp /", "work/x .")]
    [InlineData("\"/", "home/somebody/vipd\"")]
    [InlineData("file:///", "Users/somebody")]
    [InlineData("https://api.nu", "get.org/v3/index.json")]
    [InlineData("image: docker", ".io/library/debian")]
    [InlineData("index-url = https://pypi", ".org/simple")]
    public void Such_a_word_is_found(string head, string tail) =>
        Assert.Single(Check("README.md", "fine\n" + head + tail));

    [Theory]
    [InlineData("build/", "root/etc")]
    [InlineData("$STAGE/", "home/x")]
    [InlineData("the nuget", " organisation")]
    public void A_word_that_only_looks_like_one_is_not_found(string head, string tail) =>
        Assert.Empty(Check("README.md", head + tail));

    [Fact]
    public void A_binary_file_is_not_read() => Assert.Empty(Check("a.pcap", "\0 /" + "root/x"));

    private static IEnumerable<Finding> Check(string path, string text) =>
        text.Contains('\0', StringComparison.Ordinal)
            ? []
            : from line in text.Split('\n').Select((text, index) => (Number: index + 1, Text: text))
              from pattern in new[] { MachinePath(), Registry() }
              from match in pattern.Matches(line.Text)
              select new Finding(path, line.Number, match.Value);

    // Brackets around one character keep the patterns from matching themselves.
    [GeneratedRegex(@"(?<![\w)}.*-])/([r]oot|[w]ork|[h]ome|[U]sers)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(
        @"\b(nuget[.]org|docker[.]io|ghcr[.]io|quay[.]io|npmjs[.]org|pypi[.]org|crates[.]io|[a]rtifactory)\b")]
    private static partial Regex Registry();
}
