namespace Vipd.Daemon.Tests.Commands;

public class CheckCommandTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Configuration");

    [Fact]
    public async Task A_good_file_is_ok_and_exits_with_0() =>
        Assert.Equal((0, "ok\n", ""), await Run("check", "--config", Path.Combine(Folder, "example.yaml")));

    [Fact]
    public async Task A_bad_file_lists_every_error_on_standard_error_and_exits_with_2()
    {
        string path = Path.Combine(Folder, "many-errors.yaml");
        string[] expected = File.ReadAllLines(Path.Combine(Folder, "many-errors.txt"));
        (int exitCode, string output, string error) = await Run("check", "-c", path);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        string[] told = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Select(line => Path.Combine(Folder, line)), told);
    }

    [Fact]
    public async Task The_default_file_is_named_in_help()
    {
        (int exitCode, string output, _) = await Run("check", "--help");
        Assert.Equal(0, exitCode);
        Assert.Contains("/etc/vipd/vipd.yaml", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chek")]
    [InlineData("check", "--confg", "x")]
    [InlineData("check", "--config")]
    [InlineData("check", "extra")]
    [InlineData]
    public async Task Bad_usage_exits_with_2_and_not_with_1(params string[] arguments)
    {
        (int exitCode, _, string error) = await Run(arguments);
        Assert.Equal(2, exitCode);
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    public async Task Asking_what_there_is_exits_with_0(string option) => Assert.Equal(0, (await Run(option)).ExitCode);

    [Fact]
    public async Task An_at_sign_names_a_file_and_is_not_opened_as_arguments()
    {
        (int exitCode, _, string error) = await Run("check", "--config", "@none");
        Assert.Equal(2, exitCode);
        Assert.StartsWith("@none:1:1: there is no such file", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await Program.RunAsync(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
