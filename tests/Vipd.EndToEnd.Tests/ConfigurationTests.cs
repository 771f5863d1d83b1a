using System.Diagnostics;

namespace Vipd.EndToEnd.Tests;

/// <summary>A bad file: every error at once, each with its place, and exit code 2. Needs no privileges.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private const int BadConfiguration = 2;
    private readonly string _file = Path.Combine(
        Directory.CreateTempSubdirectory("vipd-configuration-").FullName, "vipd.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Theory]
    [InlineData("check")]
    [InlineData("run")]
    public void A_bad_file_exits_2_and_names_every_error_with_its_line(string command)
    {
        File.WriteAllText(_file, """
            virtualRouters:
              - name: apiserver
                vrid: 256
                adresses: [192.0.2.100/32]
                addresses: [192.0.2.300/32]
                priority: 0
                advertisementInterval: fast
                checks: [nothing]
            """);
        var (exitCode, output) = Run(command);
        Assert.Equal(BadConfiguration, exitCode);
        foreach (var line in (int[])[3, 4, 5, 6, 7, 8]) Assert.Matches($@"{_file}:{line}:\d+: \S", output);
        Assert.Matches($@"{_file}:4:.*\baddresses\b", output);
    }

    [Fact]
    public void A_good_file_is_ok()
    {
        File.WriteAllText(_file, """
            metrics:
              listen: none
            virtualRouters:
              - name: apiserver
                vrid: 51
                interface: lo
                addresses: [192.0.2.100/32]
            """);
        var (exitCode, output) = Run("check");
        Assert.Equal("ok", output.Trim());
        Assert.Equal(0, exitCode);
    }

    private (int ExitCode, string Output) Run(string command)
    {
        var start = new ProcessStartInfo(VipdBinary.Path, [command, "--config", _file])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
        {
            process.Kill();
            Assert.Fail($"vipd {command} did not end");
        }
        return (process.ExitCode, output + errors.Result);
    }
}
