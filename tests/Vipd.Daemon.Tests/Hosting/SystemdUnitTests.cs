using System.Runtime.CompilerServices;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class SystemdUnitTests
{
    private static string Unit => File.ReadAllText(Path.Combine(RepositoryRoot(), "systemd", "vipd.service"));

    [ToolFact("systemd-analyze")]
    public async Task Systemd_finds_nothing_to_criticise_in_the_unit()
    {
        string directory = Directory.CreateTempSubdirectory("vipd-unit-").FullName;
        try
        {
            // The unit names the installed binary, which need not be on the machine that runs this test.
            string copy = Path.Combine(directory, "vipd.service");
            await File.WriteAllTextAsync(copy, Unit.Replace("/usr/bin/vipd", "/bin/true", StringComparison.Ordinal));

            (int exitCode, string output) = await ExternalTool.Run("systemd-analyze", ["verify", copy], []);

            // Before 254 systemd does not know the two keys of the growing pause, says so, and goes on.
            string[] complaints =
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line =>
                    !line.Contains(": Unknown key 'RestartSteps' in section", StringComparison.Ordinal)
                    && !line.Contains(": Unknown key 'RestartMaxDelaySec' in section", StringComparison.Ordinal)),
            ];
            Assert.Empty(complaints);
            Assert.Equal(0, exitCode);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void The_unit_never_puts_the_whole_process_on_a_realtime_policy()
    {
        string[] settings = [.. Unit.Split('\n').Where(line => line is not ['#', ..])];

        Assert.DoesNotContain(settings, line => line.StartsWith("CPUSchedulingPolicy=", StringComparison.Ordinal));
        Assert.Contains("LimitRTPRIO=50", settings);
        Assert.Contains("AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW", settings);
        Assert.Contains("CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW", settings);
    }

    [Fact]
    public void However_the_daemon_ended_what_it_left_is_released_and_what_it_remembers_is_kept()
    {
        Assert.Contains("\nExecStopPost=/usr/bin/vipd release\n", Unit, StringComparison.Ordinal);
        Assert.Contains("\nRuntimeDirectoryPreserve=yes\n", Unit, StringComparison.Ordinal);
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
