using System.Text.Json;
using Vipd.Lab;
using Vipd.Lab.Systemd;
using Xunit.Abstractions;

namespace Vipd.Packaging.Tests;

/// <summary>
/// What doctor says of systemd-networkd is what a real one does when it is restarted, to an address with a lifetime, as
/// vipd's are. The address is added by hand, since vipd would put it back at once.
/// </summary>
[Collection(OneAtATime.Name)]
public class NetworkdTests(Packages packages, ITestOutputHelper output)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [NetnsFact]
    public void A_restart_takes_the_VIP_where_doctor_warns_and_leaves_it_where_it_does_not()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        File.WriteAllText(
            machine.PathOf(MachineCluster.ConfigurationFile), MachineCluster.Configuration + "    interface: eth0\n");
        PretendToHaveUdev(machine);
        var outcomes = new List<(string Setting, string Doctor, bool Taken)>();
        foreach (var setting in (string[])["", "KeepConfiguration=static", "KeepConfiguration=yes"])
        {
            File.WriteAllText(
                machine.PathOf("/etc/systemd/network/10-eth0.network"),
                $"[Match]\nName=eth0\n[Network]\nLinkLocalAddressing=no\n{setting}\n");
            RestartNetworkd(machine);
            var doctor = FindingOf(machine, "systemd-networkd");

            machine.Must(
                "ip", "address", "replace", "192.0.2.100/32", "dev", "eth0", "valid_lft", "300", "preferred_lft", "0");
            RestartNetworkd(machine);
            var addresses = machine.Must("ip", "-brief", "address", "show", "eth0");
            outcomes.Add((setting, doctor, !addresses.Contains("192.0.2.100/32", StringComparison.Ordinal)));
        }
        output.WriteLine(string.Join('\n', outcomes));
        Assert.Equal(
            [
                ("", "warning", true), ("KeepConfiguration=static", "warning", true),
                ("KeepConfiguration=yes", "ok", false),
            ],
            outcomes);
    }

    /// <summary>
    /// In a container, told by a read-only /sys, networkd configures a link before it has learned its addresses, and takes
    /// none of them. With udev, as on a real machine, it is the other way round.
    /// </summary>
    private static void PretendToHaveUdev(Machine machine) => machine.Must("sh", "-ec", """
        mount -o remount,rw /sys
        mkdir -p /run/udev/data
        touch /run/udev/control
        for link in /sys/class/net/*; do echo I:1 >"/run/udev/data/n$(cat "$link/ifindex")"; done
        """);

    /// <summary>Without D-Bus networkctl tells nothing; networkd's own files, made anew, do.</summary>
    private static void RestartNetworkd(Machine machine)
    {
        machine.Must("sh", "-c", "rm -f /run/systemd/netif/links/*");
        machine.Run("systemctl", "reset-failed", "systemd-networkd"); // Six starts in seconds are too many for systemd.
        machine.Must("systemctl", "restart", "systemd-networkd");
        Observe.Until(
            "networkd has configured eth0", Bound,
            () => machine.Run("grep", "-qr", "^ADMIN_STATE=configured", "/run/systemd/netif/links").ExitCode == 0,
            () => machine.Run("journalctl", "-u", "systemd-networkd", "-n", "20", "-o", "cat").ToString());
    }

    private static string FindingOf(Machine machine, string check)
    {
        using var report = JsonDocument.Parse(
            machine.Run("vipd", "doctor", "-o", "json", "--listen", "0s").Output);
        return report.RootElement.GetProperty("findings").EnumerateArray()
            .Single(finding => finding.GetProperty("check").GetString() == check)
            .GetProperty("status").GetString()!;
    }
}
