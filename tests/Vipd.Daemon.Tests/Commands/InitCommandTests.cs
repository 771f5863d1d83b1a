using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string ConfigFile => _folder["etc/vipd.yaml"];

    public void Dispose() => _folder.Dispose();

    [NetnsFact]
    public void A_first_file_is_accepted_by_check_and_left_alone_by_a_second_init() => TestNetwork.Run(network =>
    {
        network.AddCable();
        (int exitCode, string output, string error) = Init("192.0.2.100");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith(
            $"wrote {ConfigFile}: 192.0.2.100/32 on v0 (192.0.2.0/24), virtual router ID 100\n",
            output,
            StringComparison.Ordinal);
        Assert.Contains("systemctl enable --now vipd", output, StringComparison.Ordinal);
        Assert.Equal((0, "ok\n", ""), Run("check", "--config", ConfigFile));

        string written = File.ReadAllText(ConfigFile);
        (exitCode, output, error) = Init("192.0.2.101");
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal(
            $"vipd: {ConfigFile} exists and stays as it is; move it away, or name another with --config FILE\n", error);
        Assert.Equal(written, File.ReadAllText(ConfigFile));
    });

    [NetnsFact]
    public void A_refusal_writes_nothing() => TestNetwork.Run(network =>
    {
        network.AddCable();
        Assert.Equal(1, Init("203.0.113.9").ExitCode);
        Assert.False(File.Exists(ConfigFile));
    });

    [Theory]
    [InlineData("init")]
    [InlineData("init", "--vip", "api.example")]
    [InlineData("init", "--vip", "192.0.2.0/24")]
    public void Bad_usage_exits_with_2(params string[] arguments)
    {
        (int exitCode, _, string error) = Run(arguments);
        Assert.Equal(2, exitCode);
        Assert.NotEmpty(error);
    }

    private (int ExitCode, string Output, string Error) Init(string vip) =>
        Run("init", "--vip", vip, "--config", ConfigFile, "--root", _folder.FullPath);

    // On the caller's thread, whose network namespace is the test's.
    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> run = Program.RunAsync(arguments, output, error);
        Assert.True(run.IsCompleted, "it must not leave this thread");
        return (run.Result, output.ToString(), error.ToString());
    }
}
