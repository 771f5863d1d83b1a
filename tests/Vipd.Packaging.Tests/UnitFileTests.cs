using System.Globalization;
using System.Text.RegularExpressions;
using Vipd.Lab.Systemd;
using Xunit.Abstractions;

namespace Vipd.Packaging.Tests;

/// <summary>What systemd's own tools say of the unit.</summary>
[Collection(OneAtATime.Name)]
public partial class UnitFileTests(Packages packages, ITestOutputHelper output)
{
    private const double HighestExposure = 2.0;

    [NetnsFact]
    public void Its_exposure_is_no_higher_than_2()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        var report = cluster.Machines[0].Must(
            "systemd-analyze", "security", "--offline=true", "--no-pager", "/usr/lib/systemd/system/vipd.service");
        var exposure = double.Parse(Exposure().Match(report).Groups[1].Value, CultureInfo.InvariantCulture);
        output.WriteLine($"exposure {exposure}");
        Assert.InRange(exposure, 0.1, HighestExposure);
    }

    [NetnsFact]
    public void Systemd_finds_nothing_wrong_with_it()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        var result = machine.Run("systemd-analyze", "verify", "vipd.service");
        Assert.Equal(0, result.ExitCode);
        // Before systemd 254 there are no steps between restarts, which the unit says itself.
        var remarks = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("'RestartSteps'", StringComparison.Ordinal)
                && !line.Contains("'RestartMaxDelaySec'", StringComparison.Ordinal));
        Assert.Empty(remarks);
    }

    [GeneratedRegex(@"Overall exposure level for vipd\.service: ([0-9.]+)")]
    private static partial Regex Exposure();
}
