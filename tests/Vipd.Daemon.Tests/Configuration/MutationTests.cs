using System.Diagnostics;
using System.Text;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration;

/// <summary>Whatever the file holds, reading ends soon and gives a configuration or errors, no exception.</summary>
public class MutationTests
{
    private static readonly string[] Fragments =
    [
        ":", ": ", "- ", "\n", "\n  ", "\t", "[", "]", "{", "}", "&a ", "*a", "!!str ", "!<", "%YAML 1.2\n", "---\n",
        "...\n", "|\n", ">-\n", "? ", "'", "\"", "#", "\\", "@", "`", "<<: *a", "\0", "\uFEFF", "\u2028", "é", "😀", "~",
        "0", "99999999999",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutations_of_a_good_file_give_a_configuration_or_errors(int seed)
    {
        string good = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Configuration", "example.yaml"));
        string bare = Sample.Router + Sample.Check + "log: {level: debug, format: json}\n";
        var random = new Random(seed);
        for (int round = 0; round < 1500; round++)
        {
            string text = Mutate(round % 3 == 0 ? good : bare, random);
            AssertReads(text, $"seed {seed}, round {round}");
        }
    }

    private static readonly Dictionary<string, string> Hostile = new()
    {
        { "opening brackets", Fill("[") },
        { "opening braces", Fill("{a: ") },
        { "dashes", Fill("- ") },
        { "question marks", Fill("? ") },
        { "anchors", Fill("&a ") },
        { "tags", Fill("!a ") },
        { "deeper and deeper", string.Concat(Enumerable.Range(0, 1000).Select(n => new string(' ', n) + "a:\n")) },
        { "unknown keys", string.Concat(Enumerable.Range(0, 60_000).Select(n => $"metrcs{n}: 1\n")) },
        { "one long key", new string('a', 1_000_000) + ": 1" },
        { "one long line of values", "a: [" + string.Concat(Enumerable.Repeat("1,", 500_000)) + "]" },
        { "an unclosed quote", "a: \"" + string.Concat(Enumerable.Repeat("b\n ", 300_000)) },
        { "empty lines", Fill("\n") },
        { "blanks", Fill(" ") },
        { "directives", Fill("%A b\n") },
        { "documents", Fill("---\n") },
        { "unknown checks", $"{Sample.Router}    checks: [{string.Concat(Enumerable.Repeat("kube,", 100_000))}]" },
        { "aliases of aliases", string.Concat(Enumerable.Range(0, 30).Select(n =>
            $"a{n}: &a{n} [" + string.Join(',', Enumerable.Repeat(n == 0 ? "1" : $"*a{n - 1}", 10)) + "]\n")) },
    };

    public static TheoryData<string> HostileNames => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_file_is_refused_in_bounded_time(string name)
    {
        string text = Hostile[name];
        var clock = Stopwatch.StartNew();
        Assert.False(AssertReads(text, name).IsValid);
        // Each takes about a second of processor time; the rest is room for a busy machine.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{name}: {clock.Elapsed}");
    }

    private static ConfigurationResult AssertReads(string text, string what)
    {
        try
        {
            ConfigurationResult result = ConfigurationFile.Parse("vipd.yaml", text);
            Assert.Equal(result.IsValid, result.Errors.Count == 0);
            Assert.True(result.Errors.All(error => error is { Line: > 0, Column: > 0 }));
            Assert.DoesNotContain(result.Errors, error => error.Message.Any(char.IsControl));
            return result;
        }
        catch (Exception thrown) when (thrown is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {thrown}\n{(text.Length < 4000 ? text : "")}");
            throw;
        }
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (int changes = random.Next(1, 6); changes > 0 && mutated.Length > 0; changes--)
        {
            int at = random.Next(mutated.Length);
            int length = Math.Min(random.Next(1, 12), mutated.Length - at);
            switch (random.Next(5))
            {
                case 0: mutated.Remove(at, length); break;
                case 1: mutated.Insert(at, Fragments[random.Next(Fragments.Length)]); break;
                case 2: mutated.Insert(random.Next(mutated.Length), mutated.ToString(at, length)); break;
                case 3: mutated[at] = (char)random.Next(' ', '~'); break;
                default: mutated.Length = at; break;
            }
        }

        return mutated.ToString();
    }

    private static string Fill(string part) =>
        string.Concat(Enumerable.Repeat(part, ConfigurationFile.MaxOctets / part.Length));
}
