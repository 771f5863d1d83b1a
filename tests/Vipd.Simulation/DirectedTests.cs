using System.Globalization;
using Vipd.Simulation.Faults;
using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation;

/// <summary>Schedules written by hand for traps that have a name; the rules watch these runs too.</summary>
public class DirectedTests
{
    [Fact]
    public void An_hour_of_peace_is_an_hour_without_a_transition()
    {
        SimulationResult result = Run(3, TimeSpan.FromHours(1));

        Assert.Equal(1, Count(result, "-> Active"));
        Assert.InRange(Count(result, "advertises"), 17_990, 18_000);
        Assert.InRange(Count(result, "announces"), 60, 70);
    }

    [Fact]
    public void A_lease_that_a_reload_has_shortened_is_renewed_in_time()
    {
        // Four seconds, of which a third passes between two renewals; then one, just after a renewal. The machine that
        // was frozen looks at its leases anew.
        SimulationResult result = Run(
            1,
            TimeSpan.FromSeconds(20),
            Reload(TimeSpan.FromSeconds(5), interval: 100),
            Reload(TimeSpan.FromSeconds(9.1), interval: 20),
            new Fault(TimeSpan.FromSeconds(9.2), FaultKind.Freeze),
            new Fault(TimeSpan.FromSeconds(9.21), FaultKind.Resume));

        Assert.Equal(0, Count(result, "ends the lease"));
    }

    [Fact]
    public void Advertisements_of_an_interval_that_lasted_half_a_second_are_not_too_many() => Run(
        1,
        TimeSpan.FromSeconds(20),
        Reload(TimeSpan.FromSeconds(10.2), interval: 1),
        Reload(TimeSpan.FromSeconds(10.7), interval: 20));

    [Fact]
    public void Advertisements_at_the_former_rhythm_are_not_too_many_wherever_a_second_begins()
    {
        for (int offset = 0; offset < 1000; offset += 10)
        {
            Run(
                1,
                TimeSpan.FromSeconds(16),
                Reload(TimeSpan.FromSeconds(10), interval: 2),
                Reload(TimeSpan.FromMilliseconds(12_000 + offset), interval: 100));
        }
    }

    [Theory]
    [InlineData(FaultKind.Freeze, 20, 372)]
    [InlineData(FaultKind.Pause, 100, 1008)]
    public void Advertisements_at_the_former_rhythm_that_one_who_stood_still_owes_are_not_too_many(
        object standsStill, int interval, int milliseconds)
    {
        for (int offset = 0; offset < 1000; offset += 10)
        {
            Run(
                1,
                TimeSpan.FromSeconds(16),
                Reload(TimeSpan.FromSeconds(10), interval: 1),
                Reload(TimeSpan.FromMilliseconds(12_000 + offset), interval),
                new Fault(TimeSpan.FromMilliseconds(12_002 + offset), (FaultKind)standsStill),
                new Fault(TimeSpan.FromMilliseconds(12_002 + offset + milliseconds), FaultKind.Resume));
        }
    }

    /// <summary>Its clock stood still, and so did its silence: it cannot know that others may have elected.</summary>
    [Fact]
    public void A_process_that_is_stopped_for_a_moment_after_its_machine_was_frozen_goes_on()
    {
        SimulationResult result = Run(
            1,
            TimeSpan.FromSeconds(30),
            new Fault(TimeSpan.FromSeconds(10), FaultKind.Freeze),
            new Fault(TimeSpan.FromSeconds(15), FaultKind.Resume),
            new Fault(TimeSpan.FromSeconds(15.001), FaultKind.Pause),
            new Fault(TimeSpan.FromSeconds(15.002), FaultKind.Resume));

        Assert.Equal(1, Count(result, "-> Active"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void All_nodes_started_together_with_the_same_file_elect_one(int nodes)
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            SimulationResult result = Run(nodes, TimeSpan.FromSeconds(5), seed: seed);
            Assert.Equal(1, Count(result, "-> Active"));
        }
    }

    [Fact]
    public void Two_Active_Routers_in_a_one_way_partition_do_not_flood_the_LAN()
    {
        // n2 is Active; its frames no longer reach n1, all else passes.
        SimulationResult result = Run(
            2,
            TimeSpan.FromMinutes(20),
            new Fault(TimeSpan.FromSeconds(1), FaultKind.Priority, Node: 1, Value: 150),
            new Fault(TimeSpan.FromSeconds(20), FaultKind.CutPath, Node: 1, Other: 0),
            new Fault(TimeSpan.FromMinutes(18), FaultKind.HealPath, Node: 1, Other: 0));

        Assert.Equal(1, Count(result, "n1  Active -> Backup (HigherPriority)") - Count(result,
            "n2  Backup -> Active (Preempting)"));
        Assert.InRange(Count(result, "announces"), 50, 200);
        Assert.InRange(Count(result, "n2  advertises") + Count(result, "n1  advertises"), 11_000, 18_000);
    }

    [Fact]
    public void After_a_partition_the_client_follows_the_winner_at_once()
    {
        for (ulong seed = 1; seed <= 100; seed++)
        {
            Run(
                3,
                TimeSpan.FromSeconds(60),
                [
                    new Fault(TimeSpan.FromSeconds(20), FaultKind.Partition, Value: 0b001),
                    new Fault(TimeSpan.FromSeconds(45), FaultKind.HealPartition, Value: 0b001),
                ],
                seed);
        }
    }

    [Fact]
    public void A_process_that_is_killed_after_a_reload_loses_its_addresses_when_the_new_lease_ends()
    {
        for (int i = 0; i < 20; i++)
        {
            TimeSpan at = TimeSpan.FromSeconds(10 + (0.2 * i));
            SimulationResult result = Run(
                2,
                TimeSpan.FromSeconds(20),
                new Fault(TimeSpan.FromSeconds(1), FaultKind.Priority, Node: 0, Value: 150),
                Reconfigure(FaultKind.Reload, TimeSpan.FromSeconds(5), node: 0, interval: 100, addresses: 1),
                Reconfigure(FaultKind.Reload, at, node: 0, interval: 20, addresses: 1),
                new Fault(at + TimeSpan.FromMilliseconds(2), FaultKind.Kill));

            Assert.Equal(1, Count(result, "kernel ends the lease"));
        }
    }

    /// <summary>
    /// A move brings n2 back addresses that it had given up; n1, which takes over, is claiming them still.
    /// </summary>
    [Fact]
    public void Addresses_that_a_move_brings_are_answered_once_they_are_claimed()
    {
        const int Many = 300;
        Fault[] faults =
        [
            Reconfigure(FaultKind.Reload, TimeSpan.FromSeconds(10), node: 1, interval: 20, addresses: 3),
            new Fault(TimeSpan.FromSeconds(15), FaultKind.Priority, Node: 1, Value: 150),
            Reconfigure(FaultKind.Move, TimeSpan.FromSeconds(30), node: 1, interval: 20, Many),
        ];
        SimulationResult result = Run(2, TimeSpan.FromSeconds(40), faults, addresses: Many, plannedOnly: true);

        Assert.Equal(1, Count(result, "n1  Backup -> Active (ActiveResigned)"));
    }

    /// <summary>The loser learns in one pass of the loop that it has lost and that its link is down.</summary>
    [Fact]
    public void Who_yields_when_its_link_has_just_gone_down_is_not_asked_to_answer()
    {
        const int Client = 2;
        Fault[] faults =
        [
            new(TimeSpan.FromSeconds(1), FaultKind.Priority, Node: 1, Value: 150),
            new(TimeSpan.FromSeconds(20), FaultKind.CutPath, Node: 1, Other: 0),
            new(TimeSpan.FromSeconds(20), FaultKind.CutPath, Node: 1, Client),
            new(TimeSpan.FromSeconds(25), FaultKind.HealPath, Node: 1, Other: 0),
            new(TimeSpan.FromSeconds(25), FaultKind.HealPath, Node: 1, Client),
        ];
        const string Yields = "n1  Active -> Backup (HigherPriority)";
        TimeSpan yieldsAt = TimeOf(Run(2, TimeSpan.FromSeconds(30), faults), Yields);
        var linkDown = new Fault(yieldsAt - TimeSpan.FromMicroseconds(3), FaultKind.LinkDown, Node: 0);

        SimulationResult result = Run(2, TimeSpan.FromSeconds(30), [.. faults, linkDown]);

        Assert.Contains(Yields, result.Transcript, StringComparison.Ordinal);
        Assert.Equal(1, Count(result, "n1  Backup -> Fault (InterfaceDown)"));
    }

    /// <summary>
    /// After a partition; the winner has never heard of the loser, whose last word its link no longer carries. No
    /// client is led back before the winner announces by itself.
    /// </summary>
    [Fact]
    public void Who_yields_when_its_link_has_just_gone_down_has_no_last_word()
    {
        Fault[] faults =
        [
            new(TimeSpan.FromSeconds(1), FaultKind.Priority, Node: 1, Value: 150),
            new(TimeSpan.FromSeconds(20), FaultKind.Partition, Value: 0b01),
            new(TimeSpan.FromSeconds(25.1), FaultKind.HealPartition, Value: 0b01),
        ];
        TimeSpan yieldsAt = TimeOf(Run(2, TimeSpan.FromSeconds(30), faults), "n1  Active -> Backup (HigherPriority)");

        SimulationResult result = Run(2, TimeSpan.FromSeconds(35), [.. faults,
            new(yieldsAt - TimeSpan.FromMicroseconds(3), FaultKind.LinkDown, Node: 0),
            new(yieldsAt + TimeSpan.FromMilliseconds(10), FaultKind.LinkUp, Node: 0)]);

        Assert.Equal(yieldsAt, TimeOf(result, "n1  Active -> Backup (HigherPriority)"));
        Assert.Equal(yieldsAt, TimeOf(result, "n1  Backup -> Fault (InterfaceDown)"));
    }

    /// <summary>
    /// n3 is the best. Nobody hears it, so that another one takes over, whom the client believes; then it is heard
    /// again, and the other one yields. n3 has heard it all the time and has put its next announcements off.
    /// </summary>
    [Fact]
    public void After_a_one_way_cut_the_loser_answers_the_client_until_the_winner_announces()
    {
        const int Client = 3;
        var better = new Fault(TimeSpan.FromMilliseconds(10), FaultKind.Priority, Node: 2, Value: 150);
        for (ulong seed = 1; seed <= 100; seed++)
        {
            TimeSpan from = TimeSpan.FromSeconds(20);
            TimeSpan until = TimeSpan.FromSeconds(25) + TimeSpan.FromMilliseconds(3 * seed);
            SimulationResult result = Run(
                3,
                TimeSpan.FromSeconds(60),
                [
                    better,
                    .. new[] { 0, 1, Client }.Select(other => new Fault(from, FaultKind.CutPath, 2, other)),
                    .. new[] { 0, 1, Client }.Select(other => new Fault(until, FaultKind.HealPath, 2, other)),
                ],
                seed);
            Assert.Equal(1, Count(result, "Active -> Backup (HigherPriority)"));
        }
    }

    private static Fault Reconfigure(FaultKind how, TimeSpan at, int node, int interval, int addresses) =>
        new(at, how, node, Value: Fault.Configuration(Priority.Default.Value, interval, addresses));

    private static int Count(SimulationResult result, string text) => result.Transcript.Split(text).Length - 1;

    private static TimeSpan TimeOf(SimulationResult result, string text)
    {
        string line = result.Transcript.Split('\n').Last(line => line.Contains(text, StringComparison.Ordinal));
        return TimeSpan.FromSeconds(double.Parse(line.Split(text)[0], CultureInfo.InvariantCulture));
    }

    private static SimulationResult Run(int nodes, TimeSpan duration, params Fault[] faults) =>
        Run(nodes, duration, faults, 1);

    private static SimulationResult Run(int nodes, TimeSpan duration, Fault[]? faults = null, ulong seed = 1,
        int addresses = 1, bool plannedOnly = false)
    {
        NodeSettings[] settings = [.. Enumerable.Range(0, nodes).Select(number =>
            new NodeSettings(number, new RouterParameters
        {
            PrimaryAddress = NodeSettings.AddressOf(number),
            AddressCount = addresses,
            HoldDown = TimeSpan.Zero,
        }))];
        Fault[] schedule = [.. Enumerable.Range(0, nodes).Select(n => new Fault(TimeSpan.Zero, FaultKind.Start, n)),
            .. faults ?? []];
        var scenario = new Scenario(settings, schedule, duration, plannedOnly);
        SimulationResult result = SimulationRun.Of(seed, scenario, withTranscript: true);
        Assert.True(result.BrokenRule is null, $"{result.BrokenRule}: {result.What}\n{result.Transcript}");
        return result;
    }

    private static Fault Reload(TimeSpan at, int interval) =>
        new(at, FaultKind.Reload, Value: Fault.Configuration(Priority.Default.Value, interval, addresses: 1));
}
