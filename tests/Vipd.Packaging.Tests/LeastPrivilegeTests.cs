using Vipd.Lab;
using Vipd.Lab.Systemd;

namespace Vipd.Packaging.Tests;

/// <summary>
/// What the daemon may do, and what a process of its own user without capabilities, as a hook is, can reach of that.
/// Each attempt is made a second time where it must succeed, so that a refusal means something.
/// </summary>
[Collection(OneAtATime.Name)]
public class LeastPrivilegeTests(Packages packages)
{
    // PTRACE_ATTACH is 16; the call's number is x86-64's.
    private const string Attach = """
        $r = syscall(101, 16, $ARGV[0] + 0, 0, 0);
        print $r == 0 ? "attached" : "refused: $!";
        """;

    private const string OpenMemory = """
        print open(my $memory, "+<", "/proc/$ARGV[0]/mem") ? "opened" : "refused: $!";
        """;

    private const string Drain = """
        use IO::Socket::UNIX;
        $socket = IO::Socket::UNIX->new(Peer => "/run/vipd/vipd.sock") or die "connect: $!";
        print $socket "POST /v1/drain HTTP/1.1\r\nHost: vipd\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        print <$socket>;
        """;

    [NetnsFact]
    public void The_daemon_has_two_capabilities_and_no_way_to_another()
    {
        using var cluster = Start();
        var status = cluster.Machines[0].Must("cat", $"/proc/{MainPid(cluster)}/status").Split('\n')
            .Select(line => line.Split(":\t")).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        // CAP_NET_ADMIN is bit 12, CAP_NET_RAW bit 13.
        const string Two = "0000000000003000";
        Assert.All((string[])["CapEff", "CapPrm", "CapAmb", "CapBnd"], set => Assert.Equal(Two, status[set]));
        Assert.Equal(("1", "2"), (status["NoNewPrivs"], status["Seccomp"]));
        Assert.Equal("660 vipd vipd", cluster.Machines[0].Must("stat", "-c", "%a %U %G", "/run/vipd/vipd.sock").Trim());
    }

    [NetnsFact]
    public void A_hook_can_neither_trace_the_daemon_nor_open_its_memory()
    {
        using var cluster = Start();
        var daemon = MainPid(cluster);
        Assert.Equal("refused: Operation not permitted", Hook(cluster, "perl", "-e", Attach, daemon));
        // It does not even see it: ProtectProc=invisible.
        Assert.StartsWith("refused: ", Hook(cluster, "perl", "-e", OpenMemory, daemon), StringComparison.Ordinal);

        // The same from the same user at a process without capabilities.
        using var other = cluster.Machines[0].Start([.. AsHook(daemon), "sh", "-c", "echo $$; exec sleep 60"]);
        var otherPid = other.StandardOutput.ReadLine()!;
        Assert.Equal("opened", Hook(cluster, "perl", "-e", OpenMemory, otherPid));
        Assert.Equal("attached", Hook(cluster, "perl", "-e", Attach, otherPid));
        other.Kill();
    }

    [NetnsFact]
    public void A_real_hook_has_no_capability()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        cluster.StartVipd("    hooks:\n      onActive: [/bin/cp, /proc/self/status, /run/vipd/hook]\n");
        var machine = cluster.Machines[0];
        var copy = machine.PathOf("/run/vipd/hook");
        Observe.Until("hook run", TimeSpan.FromSeconds(20),
            () => File.Exists(copy) && File.ReadAllText(copy).Contains("Seccomp", StringComparison.Ordinal),
            cluster.Describe);
        var status = File.ReadAllText(copy);
        foreach (var set in (string[])["CapEff", "CapPrm", "CapAmb"])
            Assert.Contains($"{set}:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1\n", status, StringComparison.Ordinal);
    }

    [NetnsFact]
    public void The_runtime_opens_no_door_for_debuggers()
    {
        using var cluster = Start();
        // Where the runtime would put it, dotnet-diagnostic-PID-TIME-socket: beside what a hook puts there.
        Hook(cluster, "touch", "/tmp/some-diagnostic-file");
        Assert.Equal("/tmp/some-diagnostic-file", Hook(cluster, "find", "/tmp", "-name", "*-diagnostic-*").Trim());
    }

    [NetnsFact]
    public void A_hook_cannot_steer_the_daemon_and_an_operator_can()
    {
        using var cluster = Start();
        var machine = cluster.Machines[0];
        Assert.Contains("403 Forbidden", Hook(cluster, "perl", "-e", Drain), StringComparison.Ordinal);
        const string Drained = "\"drained\": true";
        Assert.DoesNotContain(Drained, machine.Must("vipd", "status", "-o", "json"), StringComparison.Ordinal);

        // An operator: a user of its own, in the group.
        machine.Must("useradd", "--groups", "vipd", "somebody");
        var answer = machine.Must(
            "setpriv", "--reuid", "somebody", "--regid", "somebody", "--init-groups", "perl", "-e", Drain);
        Assert.Contains("202 Accepted", answer, StringComparison.Ordinal);
        Assert.Contains(Drained, machine.Must("vipd", "status", "-o", "json"), StringComparison.Ordinal);
    }

    [NetnsFact]
    public void A_key_that_only_root_may_read_reaches_the_daemon_as_a_credential()
    {
        using var cluster = MachineCluster.Boot(1, [.. packages.WithPreviousInstalled]);
        var machine = cluster.Machines[0];
        File.WriteAllText(machine.PathOf("/etc/only-roots.key"), "secret");
        machine.Must("chmod", "600", "/etc/only-roots.key");
        // As the unit's comment shows it.
        Directory.CreateDirectory(machine.PathOf("/etc/systemd/system/vipd.service.d"));
        File.WriteAllText(
            machine.PathOf("/etc/systemd/system/vipd.service.d/keys.conf"),
            "[Service]\nLoadCredential=apiserver.key:/etc/only-roots.key\n");
        File.WriteAllText(machine.PathOf(MachineCluster.ConfigurationFile), MachineCluster.Configuration);
        machine.Must("systemctl", "daemon-reload");
        machine.Must("systemctl", "start", "vipd");

        var daemon = MainPid(cluster);
        Assert.Equal("secret", Hook(cluster, "cat", "/run/credentials/vipd.service/apiserver.key"));
        Assert.NotEqual(0, machine.Run([.. AsHook(daemon), "cat", "/etc/only-roots.key"]).ExitCode);
    }

    private MachineCluster Start() => MachineCluster.Start(1, [.. packages.WithPreviousInstalled]);

    private static string MainPid(MachineCluster cluster) => cluster.Machines[0].UnitProperty("MainPID");

    /// <summary>Its user, its view of the file system, none of its capabilities.</summary>
    private static string[] AsHook(string daemon) =>
    [
        "nsenter", "--target", daemon, "--mount", "--",
        "setpriv", "--reuid", "vipd", "--regid", "vipd", "--clear-groups", "--inh-caps=-all", "--ambient-caps=-all",
        "--bounding-set=-all", "--no-new-privs",
    ];

    private static string Hook(MachineCluster cluster, params IReadOnlyList<string> command) =>
        cluster.Machines[0].Must([.. AsHook(MainPid(cluster)), .. command]).Trim();
}
