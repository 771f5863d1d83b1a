using System.Globalization;
using System.Net;
using Vipd.Lab;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;
using Vipd.Lab.Wire;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// One node runs keepalived with its configuration, the other vipd with what `vipd import` made of its own: they elect
/// as two keepalived would.
/// </summary>
public class ImportTests
{
    private const int BetterPriority = 150;
    private const int WorsePriority = 100;
    private static readonly IPAddress Vip = IPAddress.Parse("192.0.2.100");

    // Three intervals of a second's quarter and Skew_Time, and time to start on a machine that is busy.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [NetnsFact]
    public void The_better_of_both_is_Active_and_each_takes_over_from_the_other()
    {
        using var segment = Segment.Create(new SegmentOptions { Masters = 2 });
        using var holders = new Holders(segment.Masters);
        LabNode imported = segment.Masters[0];
        LabNode original = segment.Masters[1];

        using var vipd = StartImported(imported, BetterPriority);
        AwaitHolder(holders, imported, vipd);
        using var keepalived = StartKeepalived(original, WorsePriority);
        Assert.True(
            Observe.Steady(TimeSpan.FromSeconds(2), Bound, () => holders.Of(Vip) is [var only] && only == imported),
            "the worse keepalived takes the address from vipd");

        vipd.Terminate();
        Assert.True(vipd.WaitForExit(Bound));
        AwaitHolder(holders, original, keepalived);

        using var again = StartImported(imported, BetterPriority);
        AwaitHolder(holders, imported, again);
        keepalived.Terminate();
        Assert.True(keepalived.WaitForExit(Bound));
        Assert.Same(imported, Assert.Single(holders.Of(Vip)));
    }

    [NetnsFact]
    public void A_worse_vipd_stands_by_for_keepalived_and_follows_its_death()
    {
        using var segment = Segment.Create(new SegmentOptions { Masters = 2 });
        using var holders = new Holders(segment.Masters);
        LabNode imported = segment.Masters[0];
        LabNode original = segment.Masters[1];

        using var keepalived = StartKeepalived(original, BetterPriority);
        AwaitHolder(holders, original, keepalived);
        using var vipd = StartImported(imported, WorsePriority);
        Assert.True(
            Observe.Steady(TimeSpan.FromSeconds(2), Bound, () => holders.Of(Vip) is [var only] && only == original),
            $"the worse vipd takes the address from keepalived: {vipd.Log}");

        keepalived.Terminate();
        AwaitHolder(holders, imported, vipd);
    }

    private static LabProcess StartKeepalived(LabNode node, int priority) => LabProcess.Start(
        node, "keepalived",
        "keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp",
        "--use-file", Original(node, priority),
        "--pid", node.PathOf("keepalived.pid"), "--vrrp_pid", node.PathOf("vrrp.pid"));

    private static LabProcess StartImported(LabNode node, int priority)
    {
        string original = Original(node, priority);
        string name = $"import-{priority.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}";
        // The YAML goes to one file and the notes to another, as for a user.
        using var import = LabProcess.Start(
            node, name, "/bin/sh", "-c", $"{VipdBinary.Path} import {original} >{node.PathOf("vipd.yaml")}");
        Assert.True(import.WaitForExit(Bound));
        Assert.Equal(0, import.ExitCode);
        File.AppendAllText(node.PathOf("vipd.yaml"), $"control:\n  socket: {node.PathOf("vipd.sock")}\n");
        return LabProcess.Start(node, "vipd", VipdBinary.Path, "run", "--config", node.PathOf("vipd.yaml"));
    }

    private static string Original(LabNode node, int priority)
    {
        string path = node.PathOf("keepalived.conf");
        File.WriteAllText(path, $$"""
            ! what a pair of nodes has
            global_defs {
                router_id {{node.Name}}
                vrrp_version 3
            }
            $VIP={{Vip}}
            vrrp_instance VI_1 {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                advert_int 0.25
                virtual_ipaddress {
                    $VIP
                }
            }

            """);
        return path;
    }

    private static void AwaitHolder(Holders holders, LabNode expected, LabProcess process) => Observe.Until(
        $"{expected} alone holds the address", Bound, () => holders.Of(Vip) is [var only] && only == expected,
        () => process.Log);
}
