using System.Text;
using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vipd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void All_errors_of_a_file_are_told_at_once_and_in_its_order()
    {
        string text = File.ReadAllText(InTests("many-errors.yaml"));
        string[] told = [.. ConfigurationFile.Parse("many-errors.yaml", text).Errors.Select(error => error.ToString())];
        Assert.Equal(File.ReadAllLines(InTests("many-errors.txt")), told);
        Assert.True(told.Length >= 15);
    }

    [Fact]
    public void A_missing_file_says_what_to_do() => AssertRefused(
        Path.Combine(_folder, "none.yaml"), "there is no such file; create it, or name another with --config FILE");

    [Fact]
    public void A_directory_says_what_to_do() => AssertRefused(_folder, "is a directory; name the file in it");

    [Fact]
    public void A_file_in_a_file_is_missing_too()
    {
        string path = Write("a.yaml", "x"u8);
        ConfigurationError error = Assert.Single(ConfigurationFile.Read(path + "/b.yaml").Errors);
        Assert.Equal((1, 1), (error.Line, error.Column));
    }

    [Fact]
    public void A_file_over_1_MiB_is_refused_unread() => AssertRefused(
        Write("big.yaml", new byte[ConfigurationFile.MaxOctets + 1]),
        "is larger than 1024 KiB; no vipd configuration needs that");

    [Fact]
    public void Octets_that_are_no_UTF_8_are_pointed_to()
    {
        string path = Write("latin.yaml", [.. "log: {}\n# caf"u8, 0xE9, .. "\n"u8]);
        ConfigurationError error = Assert.Single(ConfigurationFile.Read(path).Errors);
        Assert.Equal($"{path}:2:6: is not UTF-8 text from here on; save it as UTF-8", error.ToString());
    }

    [Fact]
    public void A_byte_order_mark_and_CRLF_are_no_errors()
    {
        byte[] text = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sample.Router.Replace("\n", "\r\n"))];
        Assert.True(ConfigurationFile.Read(Write("dos.yaml", text)).IsValid);
    }

    [Fact]
    public void The_shipped_example_is_valid_and_its_active_lines_are_twelve()
    {
        string[] lines = File.ReadAllLines(InTests("example.yaml"));
        Assert.True(ConfigurationFile.Read(InTests("example.yaml")).IsValid);
        Assert.Equal(12, lines.Count(line => line.Trim() is { Length: > 0 } active && active[0] != '#'));
    }

    /// <summary>One key at a time, with the sections around it: its value must be the default.</summary>
    [Fact]
    public void Each_commented_key_of_the_example_shows_its_default() =>
        Assert.True(ShowDefaults(File.ReadAllText(InTests("example.yaml"))) >= 30);

    [Fact]
    public void Each_commented_key_of_what_else_the_schema_is_made_from_shows_its_default() =>
        Assert.True(ConfigurationSchema.Specimens.Skip(1).Sum(ShowDefaults) >= 30);

    private static int ShowDefaults(string specimen)
    {
        string[] lines = specimen.Split('\n');
        string shipped = Sample.Describe(Sample.Valid(string.Join('\n', lines)));
        int shown = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (CommentedKey(lines[i]) is not { HasValue: true } key)
                continue;
            shown++;
            string text = Uncommented(lines, i, key);
            string described = Sample.Describe(Sample.Valid(text));
            bool hasNoDefault = key.Name is "interface" || lines[i].Contains("default: none", StringComparison.Ordinal);
            Assert.True(hasNoDefault != (described == shipped), $"{lines[i]}\n{text}");
        }

        return shown;
    }

    private static string Uncommented(string[] lines, int index, Key key)
    {
        string[] copy = [.. lines];
        int indentation = key.Indentation;
        copy[index] = key.Line;
        for (int i = index - 1; i >= 0 && CommentedKey(lines[i]) is { } above; i--)
        {
            if (above.Indentation >= indentation || above.HasValue)
                continue;
            copy[i] = above.Line;
            indentation = above.Indentation;
        }

        // A certificate without its key is an error, so these two come together.
        for (int i = 0; i < lines.Length; i++)
        {
            if (key.Name.StartsWith("client", StringComparison.Ordinal)
                && CommentedKey(lines[i]) is { } pair && pair.Name.StartsWith("client", StringComparison.Ordinal))
                copy[i] = pair.Line;
        }

        return string.Join('\n', copy);
    }

    private static Key? CommentedKey(string line)
    {
        Match match = Regex.Match(line, "^( *)# ( *)([a-zA-Z0-9]+):( +[^# ].*)?( *#.*)?$");
        // Prose of the head has a colon as well, but no key of the format begins with a capital or a slash.
        if (!match.Success || char.IsUpper(match.Groups[3].Value[0]))
            return null;
        string content = match.Groups[1].Value + line[(match.Groups[1].Length + 2)..];
        int indentation = match.Groups[1].Length + match.Groups[2].Length;
        return new Key(match.Groups[3].Value, indentation, match.Groups[4].Success, content);
    }

    private sealed record Key(string Name, int Indentation, bool HasValue, string Line);

    private static void AssertRefused(string path, string message)
    {
        ConfigurationResult result = ConfigurationFile.Read(path);
        Assert.False(result.IsValid);
        Assert.Equal($"{path}:1:1: {message}", Assert.Single(result.Errors).ToString());
    }

    private static string InTests(string name) => Path.Combine(AppContext.BaseDirectory, "Configuration", name);

    private string Write(string name, ReadOnlySpan<byte> octets)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, octets);
        return path;
    }
}
