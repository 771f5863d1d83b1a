using System.Diagnostics;
using System.Text.Json;
using Vipd.Lab;
using Vipd.Lab.Systemd;
using Xunit.Abstractions;

namespace Vipd.Packaging.Tests;

/// <summary>One machine, apt and dpkg: what the maintainer scripts do.</summary>
[Collection(OneAtATime.Name)]
public class InstallTests(Packages packages, ITestOutputHelper output)
{
    [NetnsFact]
    public void Installed_without_a_configuration_it_is_enabled_and_not_started_and_nothing_has_failed()
    {
        using var cluster = MachineCluster.Boot(1, packages.Debian);
        var machine = cluster.Machines[0];
        var packagesBefore = Installed(machine);
        var started = Stopwatch.GetTimestamp();
        var apt = Packages.Install(machine, packages.Deb);
        output.WriteLine($"apt took {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        Assert.DoesNotContain("error", apt, StringComparison.OrdinalIgnoreCase);

        Assert.Equal("enabled", machine.UnitProperty("UnitFileState"));
        Assert.Equal(
            ("inactive", "no"), (machine.UnitProperty("ActiveState"), machine.UnitProperty("ConditionResult")));
        Assert.Equal("", machine.Must("systemctl", "--failed", "--no-legend").Trim());
        Assert.Equal(["vipd"], Installed(machine).Except(packagesBefore));
        output.WriteLine($"Installed-Size {machine.Must("dpkg-query", "-W", "-f", "${Installed-Size}", "vipd")} KiB");

        machine.Must("cp", "/etc/vipd/vipd.yaml.example", MachineCluster.ConfigurationFile);
        Assert.Equal("ok", machine.Must("vipd", "check").Trim());
    }

    [NetnsFact]
    public void Started_it_says_so_to_systemd_and_to_the_journal()
    {
        using var cluster = MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        Assert.Equal("running", machine.UnitProperty("SubState"));
        Observe.Until(
            "systemd shows the state", TimeSpan.FromSeconds(10),
            () => machine.UnitProperty("StatusText") == "apiserver active");
        Assert.Contains("apiserver", machine.Must("vipd", "status"), StringComparison.Ordinal);

        var entries = Journal(machine);
        Assert.All(entries, entry => Assert.Equal("vipd", entry.GetProperty("SYSLOG_IDENTIFIER").GetString()));
        Assert.All(entries, entry => Assert.Equal("vipd.service", entry.GetProperty("_SYSTEMD_UNIT").GetString()));
        Assert.Equal("6", PriorityOf(entries, "apiserver: "));
        // No message carries its priority a second time, as text.
        Assert.DoesNotContain(entries, entry => entry.GetProperty("MESSAGE").GetString()!.StartsWith('<'));
    }

    [NetnsFact]
    public void A_bad_configuration_is_an_error_in_the_journal_and_no_reason_to_try_again()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        File.WriteAllText(machine.PathOf(MachineCluster.ConfigurationFile), "virtualRouter: []\n");
        Assert.NotEqual(0, machine.Run("systemctl", "start", "vipd").ExitCode);
        Assert.Equal(("failed", "0"), (machine.UnitProperty("ActiveState"), machine.UnitProperty("NRestarts")));
        Assert.Equal("3", PriorityOf(Journal(machine), "virtualRouter"));
    }

    [NetnsFact]
    public void Systemctl_reload_takes_a_good_file_and_refuses_a_bad_one_aloud()
    {
        using var cluster = MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        var daemon = machine.UnitProperty("MainPID");
        File.WriteAllText(
            machine.PathOf(MachineCluster.ConfigurationFile), $"{MachineCluster.Configuration}    priority: 150\n");
        machine.Must("systemctl", "reload", "vipd");
        const string Taken = "\"configuredPriority\": 150";
        Assert.Contains(Taken, machine.Must("vipd", "status", "-o", "json"), StringComparison.Ordinal);

        File.AppendAllText(machine.PathOf(MachineCluster.ConfigurationFile), "    priorty: 160\n");
        Assert.NotEqual(0, machine.Run("systemctl", "reload", "vipd").ExitCode);
        Assert.Contains("priorty", machine.Must("journalctl", "--unit", "vipd"), StringComparison.Ordinal);
        Assert.Contains(Taken, machine.Must("vipd", "status", "-o", "json"), StringComparison.Ordinal);
        Assert.Equal((daemon, "active"), (machine.UnitProperty("MainPID"), machine.UnitProperty("ActiveState")));
    }

    [NetnsFact]
    public void An_upgrade_keeps_configuration_and_state_and_a_downgrade_works()
    {
        using var cluster = MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        File.AppendAllText(machine.PathOf(MachineCluster.ConfigurationFile), "# mine\n");
        Packages.Install(machine, packages.Deb);
        Assert.Equal("active", machine.UnitProperty("ActiveState"));
        var kept = File.ReadAllText(machine.PathOf(MachineCluster.ConfigurationFile));
        Assert.EndsWith("# mine\n", kept, StringComparison.Ordinal);

        Packages.Install(machine, packages.PreviousDeb);
        Assert.Equal(Packages.PreviousVersion, machine.Must("dpkg-query", "-W", "-f", "${Version}", "vipd"));
        Assert.Equal("active", machine.UnitProperty("ActiveState"));

        // Whoever stopped or disabled it finds it so after the next upgrade.
        machine.Must("systemctl", "disable", "--now", "vipd");
        Packages.Install(machine, packages.Deb);
        Assert.Equal(
            ("disabled", "inactive"), (machine.UnitProperty("UnitFileState"), machine.UnitProperty("ActiveState")));
        Assert.False(Path.Exists(machine.PathOf("/run/vipd.stopped-before-upgrade")));
    }

    [NetnsFact]
    public void Removed_it_leaves_the_configuration_and_purged_nothing_of_its_own()
    {
        using var cluster = MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        cluster.WaitUntilSettled();
        File.WriteAllText(machine.PathOf("/etc/vipd/keys/1.key"), "an administrator's");
        machine.Must("apt-get", "remove", "--yes", "--quiet", "vipd");
        Assert.Empty(cluster.HoldersOfVip());
        Assert.Equal("not-found", machine.UnitProperty("LoadState"));
        Assert.True(File.Exists(machine.PathOf(MachineCluster.ConfigurationFile)));
        Assert.False(Path.Exists(machine.PathOf("/run/vipd")));

        machine.Must("apt-get", "purge", "--yes", "--quiet", "vipd");
        var left = machine.Run("find", "/etc", "/var", "/run", "/usr", "-xdev", "-name", "*vipd*").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => !path.StartsWith("/var/tmp/", StringComparison.Ordinal)
                && !path.StartsWith("/etc/dpkg", StringComparison.Ordinal));
        Assert.Equal(["/etc/vipd"], left);
        Assert.Equal("/etc/vipd/keys/1.key", machine.Must("find", "/etc/vipd", "-type", "f").Trim());
    }

    private static string[] Installed(Machine machine) =>
        machine.Must("dpkg-query", "-W", "-f", "${Package}\n").Split('\n');

    private static List<JsonElement> Journal(Machine machine) =>
    [
        .. machine.Must("journalctl", "--unit", "vipd", "--output", "json", "_COMM=vipd")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    private static string? PriorityOf(List<JsonElement> entries, string text) => entries
        .First(entry => entry.GetProperty("MESSAGE").GetString()!.Contains(text, StringComparison.Ordinal))
        .GetProperty("PRIORITY").GetString();
}
