using System.Globalization;
using Vipd.Lab.Systemd;

namespace Vipd.Packaging.Tests;

/// <summary>
/// The rpm's scriptlets in a tree without a database of packages. The tree is a running machine, so that systemd is
/// there to talk to; rpm itself is this machine's, and dependencies are not looked at: they have Red Hat's names.
/// </summary>
[Collection(OneAtATime.Name)]
public class RpmTests(Packages packages)
{
    [NetnsFact]
    public void Installed_upgraded_and_erased_it_leaves_only_what_is_the_administrators()
    {
        using var cluster = MachineCluster.Boot(1, packages.Debian);
        var machine = cluster.Machines[0];
        Rpm(machine, "--install", packages.Rpm);
        Assert.Equal(
            ("enabled", "inactive"), (machine.UnitProperty("UnitFileState"), machine.UnitProperty("ActiveState")));
        Assert.Contains("vipd:x:", machine.Must("getent", "passwd", "vipd"), StringComparison.Ordinal);
        Assert.Equal("750 root vipd", machine.Must("stat", "--format", "%a %U %G", "/etc/vipd/keys").Trim());

        File.WriteAllText(machine.PathOf(MachineCluster.ConfigurationFile), MachineCluster.Configuration);
        machine.Must("systemctl", "start", "vipd");
        var before = machine.UnitProperty("MainPID");
        Rpm(machine, "--upgrade", "--force", packages.Rpm);
        Assert.Equal("active", machine.UnitProperty("ActiveState"));
        Assert.NotEqual(before, machine.UnitProperty("MainPID"));

        machine.Must("systemctl", "stop", "vipd");
        Rpm(machine, "--upgrade", "--force", packages.Rpm);
        Assert.Equal("inactive", machine.UnitProperty("ActiveState"));

        machine.Must("systemctl", "start", "vipd");
        cluster.WaitUntilSettled();
        Rpm(machine, "--erase", "vipd");
        Assert.Empty(cluster.HoldersOfVip());
        foreach (var gone in (string[])["/usr/bin/vipd", "/usr/lib/systemd/system/vipd.service", "/run/vipd",
            "/etc/systemd/system/multi-user.target.wants/vipd.service", "/etc/vipd/vipd.yaml.example"])
        {
            Assert.False(Path.Exists(machine.PathOf(gone)), $"{gone} is left");
        }
        Assert.True(File.Exists(machine.PathOf(MachineCluster.ConfigurationFile)));
    }

    // With the machine's process numbers, so that its /proc knows who asks.
    private static void Rpm(Machine machine, params IReadOnlyList<string> arguments) => HostCommand.Must(
    [
        "nsenter", "--target", machine.InitProcessId.ToString(CultureInfo.InvariantCulture), "--pid", "--",
        "rpm", "--root", machine.PathOf("/"), "--nodeps", .. arguments,
    ]);
}
