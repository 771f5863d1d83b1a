using System.Text.Json;
using Vipd.Daemon.Control;
using Vipd.Daemon.Doctor;

namespace Vipd.Daemon.Tests.Doctor;

public class DoctorCommandTests
{
    private static readonly Finding Broken =
        new("clock", "node", FindingStatus.Failed, "nothing keeps it", "certificates compare clocks",
            "apt install chrony");

    private static readonly Finding Fine = new("kernel", "node", FindingStatus.Ok, "Linux 6.1", "…", "");

    [Fact]
    public void Json_names_each_field_and_spells_results_in_lower_case()
    {
        using JsonDocument document = JsonDocument.Parse(
            JsonSerializer.Serialize(DoctorReport.Of([Broken, Fine]), DoctorJson.Default.DoctorReport));
        Assert.Equal(1, document.RootElement.GetProperty("failed").GetInt32());
        JsonElement first = document.RootElement.GetProperty("findings")[0];
        Assert.Equal("failed", first.GetProperty("status").GetString());
        Assert.Equal("apt install chrony", first.GetProperty("fix").GetString());
    }

    [Fact]
    public void The_table_says_what_to_type_for_what_is_not_ok()
    {
        string text = PlainTables.Write(DoctorTables.From(DoctorReport.Of([Fine, Broken])));
        Assert.Contains("node   clock    FAILED   nothing keeps it", text, StringComparison.Ordinal);
        Assert.Contains("type   apt install chrony", text, StringComparison.Ordinal);
        Assert.DoesNotContain("…", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--listen", "soon")]
    [InlineData("--config", "/nonexistent.yaml")]
    public async Task Bad_usage_and_a_bad_configuration_exit_with_2(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string example = Path.Combine(AppContext.BaseDirectory, "Configuration", "example.yaml");
        string[] all = arguments.Contains("--config")
            ? ["doctor", .. arguments]
            : ["doctor", "--config", example, .. arguments];
        Assert.Equal(2, await Program.RunAsync(all, output, error));
        Assert.NotEmpty(error.ToString());
    }

    [Fact]
    public async Task On_an_empty_root_it_comes_to_an_end_and_exits_with_1_only_if_something_failed()
    {
        using var root = new TemporaryDirectory();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string example = Path.Combine(AppContext.BaseDirectory, "Configuration", "example.yaml");
        int exitCode = await Program.RunAsync(
            ["doctor", "--config", example, "--root", root.FullPath, "--listen", "0s", "-o", "json"], output, error);
        using JsonDocument document = JsonDocument.Parse(output.ToString());
        Assert.Equal(document.RootElement.GetProperty("failed").GetInt32() > 0 ? 1 : 0, exitCode);
    }
}
