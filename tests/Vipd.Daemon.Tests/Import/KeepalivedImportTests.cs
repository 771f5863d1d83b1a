using Vipd.Daemon.Configuration;
using Vipd.Daemon.Import;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Tests.Import;

/// <summary>
/// Configurations of the kinds found in the wild, each with the whole of what comes out of it. They lie below
/// samples/etc/keepalived as on a machine; VIPD_RENEW names the samples folder of the sources to write expectations
/// anew.
/// </summary>
public class KeepalivedImportTests
{
    private const string Folder = "/etc/keepalived";

    private static readonly MachineFiles Files =
        new(Path.Combine(AppContext.BaseDirectory, "Import", "samples"));

    public static TheoryData<string> Samples =>
    [
        .. Files.List(Folder).Where(path => path.EndsWith(".conf", StringComparison.Ordinal))
            .Select(path => Path.GetFileName(path)),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_what_is_expected(string name)
    {
        string expectation = $"{Folder}/{Path.ChangeExtension(name, ".expected")}";
        string told = Describe(Import($"{Folder}/{name}"));
        if (Environment.GetEnvironmentVariable("VIPD_RENEW") is { Length: > 0 } sources)
            File.WriteAllText(sources + expectation, told);
        Assert.Equal(Files.Read(expectation).Text, told);
    }

    [Fact]
    public void There_are_enough_samples() => Assert.True(Samples.Count >= 18, $"{Samples.Count} samples");

    /// <summary>What this version does not support yet is all that it may say against a result.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void Each_result_is_a_configuration_but_for_what_is_not_built_yet(string name)
    {
        if (name == "broken.conf")
            return;
        string text = Import($"{Folder}/{name}").Text!;
        Assert.All(ConfigurationFile.Parse("vipd.yaml", text).Errors, error => Assert.True(
            error.Message.EndsWith("is not supported by this version of vipd yet", StringComparison.Ordinal),
            error.Message));
    }

    [Fact]
    public void A_condition_follows_the_configuration_id()
    {
        string text = Import($"{Folder}/definitions.conf", "backup").Text!;
        Assert.Contains("priority: 150", Import($"{Folder}/definitions.conf", "main").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("priority: 150", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$A=$A x $B \n$B=$A \n$A \n")]
    [InlineData("$A=${A}${A}\n${A}\n")]
    [InlineData("$A= \\\n$A \\\n$A \n\n$A\n")]
    [InlineData("~SEQ(X, 1, 1, 99999) ~SEQ(Y, 1, 1, 99999) a\n")]
    [InlineData("~SEQ(X, 1, 0, 5) a\n")]
    [InlineData("~SEQ(X) a\n")]
    [InlineData("include /etc/keepalived/self.inc\n")]
    public void What_expands_without_end_ends_with_a_place(string text)
    {
        try
        {
            KeepalivedImport.Run("x.conf", text, "id", Files);
        }
        catch (ImportException refused)
        {
            Assert.Matches(@"^\S+:\d+: ", refused.Message);
        }
    }

    [Fact]
    public async Task The_command_prints_the_file_and_apart_from_it_what_was_not_carried_over()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string root = Path.Combine(AppContext.BaseDirectory, "Import", "samples");
        Assert.Equal(0, await Program.RunAsync(["import", $"{Folder}/haproxy-pair.conf", "--root", root], output,
            error));
        Assert.StartsWith("# yaml-language-server", output.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{Folder}/haproxy-pair.conf:23: smtp_alert: vipd sends no mail", error.ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.conf", "there is no file /etc/keepalived/none.conf")]
    [InlineData("global.inc", "has no vrrp_instance")]
    public async Task Nothing_to_import_is_a_no(string name, string reason)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string root = Path.Combine(AppContext.BaseDirectory, "Import", "samples");
        Assert.Equal(1, await Program.RunAsync(["import", $"{Folder}/{name}", "--root", root], output, error));
        Assert.Empty(output.ToString());
        Assert.Contains(reason, error.ToString(), StringComparison.Ordinal);
    }

    private static ImportResult Import(string path, string configId = "main") =>
        KeepalivedImport.Run(path, Files.Read(path).Text!, configId, Files);

    private static string Describe(ImportResult result) =>
        $"{result.Text}--- notes ---\n{string.Concat(result.Notes.Select(note => $"{note}\n"))}";
}
