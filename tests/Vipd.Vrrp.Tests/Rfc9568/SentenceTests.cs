using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Vipd.Vrrp.Tests.Rfc9568;

/// <summary>Every normative sentence of RFC 9568 §5 to §8 has a test, or (few) a reason.</summary>
public sealed class SentenceTests(ITestOutputHelper output)
{
    private static Sentence[] Sentences => [.. WireSentences.All, .. ElectionSentences.All];

    [Fact]
    public void At_most_a_tenth_of_the_sentences_is_answered_by_a_reason()
    {
        int reasons = Sentences.Count(sentence => sentence.Reason is not null);
        output.WriteLine($"{Sentences.Length} sentences, {Sentences.Length - reasons} tested, {reasons} with a reason");
        output.WriteLine(Table());

        Assert.True(Sentences.Length >= 100);
        Assert.True(reasons * 10 <= Sentences.Length, $"{reasons} of {Sentences.Length}");
    }

    [Fact]
    public void Every_test_that_is_named_exists_and_runs() => Assert.All(
        Sentences.Where(sentence => sentence.TestClass is not null),
        sentence => Assert.True(
            sentence.TestClass!.GetMethod(sentence.Test!)?.GetCustomAttributes(typeof(FactAttribute), inherit: true)
                is [FactAttribute { Skip: null }],
            $"{sentence.TestClass.Name}.{sentence.Test}"));

    [Fact]
    public void Every_test_of_another_project_that_is_named_exists() => Assert.All(
        Sentences.Where(sentence => sentence.TestFile is not null),
        sentence => Assert.Contains(
            $" void {sentence.Test}(",
            File.ReadAllText(Path.Combine(RepositoryRoot(), sentence.TestFile!)),
            StringComparison.Ordinal));

    [Fact]
    public void Every_sentence_has_one_answer() => Assert.All(Sentences, sentence =>
        Assert.Equal(1, (sentence.Test is null ? 0 : 1) + (sentence.Reason is null ? 0 : 1)));

    [Theory]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("7")]
    [InlineData("8")]
    public void Every_section_is_there(string section) =>
        Assert.Contains(Sentences, sentence => sentence.Section.StartsWith(section, StringComparison.Ordinal));

    private static string Table()
    {
        var text = new StringBuilder();
        foreach (Sentence sentence in Sentences)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"§{sentence.Section} {sentence.Level}: {sentence.Text}: {sentence.Test ?? sentence.Reason}");
        }

        return text.ToString();
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "vipd.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no vipd.sln above the tests");
    }
}
