using Vipd.Lab;
using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>Hooks of a real daemon that runs as root: what they are told, and what they may not do.</summary>
public sealed class HookTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("vipd-hooks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NetnsFact]
    public void The_last_hook_of_a_daemon_that_stops_runs_and_each_is_told_what_happened()
    {
        var told = Path.Combine(_folder, "told");
        var hook = Script($"echo \"$1 $VIPD_HOOK $VIPD_PREVIOUS $VIPD_STATE $VIPD_CAUSE $VIPD_ADDRESSES\" >> {told}");
        using var cluster = Cluster.Start(One($"hooks: {{onActive: [{hook}, a b], onBackup: [{hook}, '']}}"));
        var daemon = cluster.Masters[0].Daemon!;
        daemon.Terminate();
        Assert.True(daemon.WaitForExit(Bound));

        Assert.Equal(
            """
             onBackup initialize backup startup 192.0.2.100
            a b onActive backup active activeDown 192.0.2.100
             onBackup active initialize shutdown 192.0.2.100

            """,
            File.ReadAllText(told));
    }

    [NetnsFact]
    public void A_hook_can_neither_change_an_address_nor_open_a_raw_socket()
    {
        var tried = Path.Combine(_folder, "tried");
        var hook = Script($"""
            grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status
            ip address add 198.51.100.1/32 dev eth0 && echo changed an address
            ping -c 1 -W 1 192.0.2.50 && echo sent from a raw socket
            echo done > {tried}
            """);
        using var cluster = Cluster.Start(One($"hooks: {{onActive: [{hook}]}}"));
        var master = cluster.Masters[0];
        Observe.Until("the hook has ended", Bound, () => File.Exists(tried), master.DaemonLogTail);
        Observe.Until("its output is in the log", Bound,
            () => File.ReadAllText(master.LogFile).Contains("CapAmb", StringComparison.Ordinal));
        var log = File.ReadAllText(master.LogFile);
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
            Assert.Contains($"onActive: {set}: 0000000000000000", log, StringComparison.Ordinal);
        Assert.Contains("Operation not permitted", log, StringComparison.Ordinal);
        Assert.DoesNotContain("changed an address", log, StringComparison.Ordinal);
    }

    [NetnsFact]
    public void A_hook_that_hangs_is_killed_with_all_that_it_started_and_the_election_does_not_notice()
    {
        var children = Path.Combine(_folder, "children");
        var hook = Script($"sleep 1000 & echo $! > {children}; sleep 1000");
        using var cluster = Cluster.Start(One($"hooks: {{onActive: [{hook}], timeout: 500ms}}"));
        var master = cluster.Masters[0];
        Observe.Until("the log says so", Bound, () => File.ReadAllText(master.LogFile).Contains(
            "took longer than 500ms and was killed with its process group", StringComparison.Ordinal));
        Observe.Until("what it started is dead as well", Bound, () => IsDead(File.ReadAllText(children).Trim()));
        Assert.Contains("vipd_hook_runs_total{router=\"apiserver\",hook=\"onActive\",result=\"timedOut\"} 1",
            master.Get("/metrics"), StringComparison.Ordinal);
        Assert.Contains("vipd_state{router=\"apiserver\",state=\"active\"} 1", master.Get("/metrics"),
            StringComparison.Ordinal);
    }

    /// <summary>Gone, or a zombie that nobody has buried yet.</summary>
    private static bool IsDead(string processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException)
        {
            return true;
        }
    }

    private static ClusterOptions One(string line) => new(VipdBinary.Path)
    {
        Masters = 1,
        WithApiServers = false,
        MoreRouterLines = [$"    {line}"],
    };

    private string Script(string text)
    {
        var path = Path.Combine(_folder, "hook");
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }
}
