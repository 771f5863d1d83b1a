using System.Text.Json;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Processes;
using Vipd.Lab.Systemd;
using Xunit.Abstractions;

namespace Vipd.Packaging.Tests;

/// <summary>
/// README's first cluster as a newcomer types it, on three machines with the package and nothing else: the commands are
/// read from README. Two programs are stood in for: kubeadm by an API server that answers /readyz, with the CA where
/// kubeadm puts it, and scp by a copy.
/// </summary>
[Collection(OneAtATime.Name)]
public sealed class FirstClusterTests(Packages packages, ITestOutputHelper output)
{
    private const string Section = "First cluster with kubeadm";
    private const string First = "on the first machine";
    private const string Others = "on the second and the third";
    private const string Each = "then on each";
    private const int MostCommands = 4;

    private readonly List<LabProcess> _apiservers = [];
    private LabCertificates? _certificates;

    [NetnsFact]
    public void The_commands_of_README_lead_to_a_VIP_in_four_a_machine_at_most()
    {
        var commands = ReadmeCommands.Of(Section);
        Assert.Equal([First, Others, Each], commands.Select(command => command.Place).Distinct());
        using var cluster = MachineCluster.Boot(3, [.. packages.WithPreviousInstalled]);
        _certificates = LabCertificates.Create(
            packages.NewFolder("pki"), [.. cluster.Machines.Select(machine => machine.Node.Address)]);
        try
        {
            var initSaid = Follow(cluster, commands, First, cluster.Machines.Take(1));
            Assert.Equal(cluster.Machines[0], cluster.WaitUntilSettled());
            // What `vipd init` prints and what README says next is the same, but for the names of the others.
            Assert.All(
                commands.Where(command => command.Place != Each).Skip(1),
                command => Assert.Contains(WithoutHost(command.Text), initSaid, StringComparison.Ordinal));

            Follow(cluster, commands, Others, cluster.Machines.Skip(1));
            var active = cluster.WaitUntilSettled();
            using (var probe = cluster.StartProbe())
                Assert.Equal(0, probe.Stop().Lost);
            AssertFew(commands);

            foreach (var machine in cluster.Machines)
            {
                Assert.Equal("ok", machine.Must("vipd", "check").Trim());
                Observe.Until(
                    $"{machine.Name} finds its API server ready", TimeSpan.FromSeconds(20),
                    () => StatusOf(machine).GetProperty("checks")[0].GetProperty("class").GetString() == "ready",
                    cluster.Describe);
            }
            output.WriteLine(Follow(cluster, commands, Each, [active]));
            Assert.All(cluster.Machines, machine => AssertHealthy(machine, isActive: machine == active));
        }
        finally
        {
            foreach (var apiserver in _apiservers) apiserver.Dispose();
        }
    }

    /// <summary>Until the VIP is there and one of three may die; kubeadm's own are kubeadm's.</summary>
    private void AssertFew(IReadOnlyList<ReadmeCommand> commands)
    {
        foreach (var place in (string[])[First, Others])
        {
            var own = commands.Count(command => command.Place == place && command.Program != "kubeadm");
            output.WriteLine($"{place}: {own} commands beside kubeadm's");
            Assert.InRange(own, 1, MostCommands);
        }
    }

    private string Follow(
        MachineCluster cluster, IReadOnlyList<ReadmeCommand> commands, string place, IEnumerable<Machine> machines)
    {
        var said = "";
        foreach (var machine in machines)
        {
            foreach (var command in commands.Where(command => command.Place == place))
                said += Type(cluster, machine, command);
        }
        return said;
    }

    private string Type(MachineCluster cluster, Machine machine, ReadmeCommand command)
    {
        switch (command.Program)
        {
            case "vipd" or "systemctl":
                return machine.Must("sh", "-c", command.Text);
            case "scp" when command.Text.Split(' ') is [_, var file, var target]
                && target.Split('@', ':') is ["root", var host, var folder]:
                var other = cluster.Machines.Single(other => other.Node.Address.ToString() == host);
                File.Copy(machine.PathOf(file), other.PathOf(Path.Combine(folder, Path.GetFileName(file))));
                return "";
            case "kubeadm":
                StandInForKubeadm(machine);
                return "";
            default:
                throw new InvalidOperationException($"README has a command that this test does not know: {command}");
        }
    }

    private void StandInForKubeadm(Machine machine)
    {
        Directory.CreateDirectory(machine.PathOf("/etc/kubernetes/pki"));
        File.Copy(_certificates!.CaFile, machine.PathOf("/etc/kubernetes/pki/ca.crt"));
        _apiservers.Add(LabProcess.Start(
            machine.Node, "apiserver", LabProgram.Path, "apiserver", "--port", $"{VipdConfiguration.ApiServerPort}",
            "--pki", _certificates.Directory, "--control", machine.Node.PathOf("readyz")));
    }

    /// <summary>Nothing has failed, and what is a warning says what to type.</summary>
    private static void AssertHealthy(Machine machine, bool isActive)
    {
        var result = machine.Run("vipd", "doctor", "-o", "json", "--listen", "1s");
        using var report = JsonDocument.Parse(result.Output);
        Assert.True(result.ExitCode == 0, result.ToString());
        foreach (var finding in report.RootElement.GetProperty("findings").EnumerateArray())
        {
            var status = finding.GetProperty("status").GetString();
            Assert.NotEqual("failed", status);
            Assert.Equal(status == "warning", finding.GetProperty("fix").GetString()!.Length > 0);
        }
        var router = StatusOf(machine).GetProperty("virtualRouters")[0];
        Assert.Equal(isActive ? "active" : "backup", router.GetProperty("state").GetString());
    }

    private static JsonElement StatusOf(Machine machine) =>
        JsonDocument.Parse(machine.Must("vipd", "status", "-o", "json")).RootElement;

    private static string WithoutHost(string command) =>
        string.Join(' ', command.Split(' ').Select(word => word.StartsWith("root@", StringComparison.Ordinal)
            ? $"root@OTHER-MASTER:{word.Split(':')[^1]}" : word));
}
