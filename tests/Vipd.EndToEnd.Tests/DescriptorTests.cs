using Vipd.Lab;
using Vipd.Lab.Masters;

namespace Vipd.EndToEnd.Tests;

/// <summary>What a daemon does that can open no file and no socket any more (EMFILE).</summary>
public sealed class DescriptorTests
{
    private const int Usual = 1024;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    [NetnsFact]
    public void Checks_that_get_no_descriptor_are_down_and_the_daemon_goes_on()
    {
        using var cluster = Cluster.Start(new ClusterOptions(VipdBinary.Path)
        {
            Masters = 1,
            WithApiServers = false,
            MoreRouterLines =
            [
                "    checks: [itself, command, nobody]",
                "checks:",
                "  - {name: itself, type: tcp, address: '127.0.0.1:9812', interval: 250ms, weight: 10}",
                "  - {name: command, type: command, command: [/bin/true], interval: 250ms, weight: 10}",
                "  - {name: nobody, type: process, process: no-such-process, interval: 250ms, weight: 10}",
            ],
        });
        var master = cluster.Masters[0];
        var daemon = master.Daemon!;
        Observe.Until("both are ready", Bound, () => Are("ready"), master.DaemonLogTail);

        // Over the connection that is there: none can be accepted.
        daemon.LimitDescriptors(1);
        Observe.Until("both are down", Bound, () => Are("down"), master.DaemonLogTail);
        Assert.True(
            Observe.Steady(Calm, Bound, () => !daemon.HasExited && cluster.HoldersOfVip().Count == 1),
            master.DaemonLogTail());

        daemon.LimitDescriptors(Usual);
        Observe.Until("both are ready again", Bound, () => Are("ready"), master.DaemonLogTail);
        Assert.False(daemon.HasExited);

        bool Are(string state)
        {
            try
            {
                var page = master.Get("/metrics");
                return new[] { "itself", "command" }.All(check => page.Contains(
                    $"vipd_check_state{{check=\"{check}\",class=\"{state}\"}} 1", StringComparison.Ordinal));
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }
}
