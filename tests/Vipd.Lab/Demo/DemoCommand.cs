using System.Globalization;
using Vipd.Lab.Masters;

namespace Vipd.Lab.Demo;

/// <summary>Three masters, one VIP; breaks the Active Router in four ways and shows what the client noticed.</summary>
internal static class DemoCommand
{
    private static readonly IReadOnlyList<Failure> Failures =
        [Failure.ApiServerKill, Failure.PlannedStop, Failure.NodeDeath, Failure.DaemonHang];

    internal static int Run(string vipdBinary, bool keep, CancellationToken stop)
    {
        var cluster = Cluster.Create(new ClusterOptions(vipdBinary));
        var succeeded = false;
        try
        {
            succeeded = Show(cluster, stop);
            cluster.Segment.Keep = keep;
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("interrupted; taking everything down");
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            Console.Error.WriteLine(e.Message);
        }
        finally
        {
            cluster.Dispose();
        }
        if (cluster.Segment.Keep) ExplainWhatIsKept(cluster, vipdBinary);
        else succeeded &= CheckNothingIsLeft(cluster);
        return succeeded ? 0 : 1;
    }

    private static bool Show(Cluster cluster, CancellationToken stop)
    {
        using var narrator = new Narrator(cluster);
        var places = cluster.Masters.Select(m => $"{m.Name} ({m.Node.Address})");
        narrator.Say($"starting vipd on {string.Join(", ", places)}");
        cluster.StartDaemons();
        var table = new MarkdownTable("what was broken", "who took over", "ms without an answer", "packets lost");
        var problems = new List<string>();
        try
        {
            foreach (var failure in Failures)
            {
                var takeOver = BreakAndMend(cluster, failure, narrator, stop);
                if (takeOver.Problem is not null) problems.Add($"{failure.Description}: {takeOver.Problem}");
                AddRow(table, takeOver);
            }
            narrator.Say($"settled: {cluster.WaitUntilSettled(stop).Name} is Active");
        }
        finally
        {
            Console.WriteLine($"\n{table}\n");
            foreach (var problem in problems) Console.Error.WriteLine($"FAILED: {problem}");
        }
        return problems.Count == 0;
    }

    private static TakeOver BreakAndMend(Cluster cluster, Failure failure, Narrator narrator, CancellationToken stop)
    {
        var active = cluster.WaitUntilSettled(stop);
        narrator.Say($"settled: {active.Name} is Active; next: {active.Name}: {failure.Description}");
        var takeOver = TakeOver.Observe(cluster, failure, stop);
        failure.Mend(cluster, active);
        narrator.Say($"{active.Name}: mended");
        return takeOver;
    }

    private static void AddRow(MarkdownTable table, TakeOver takeOver)
    {
        var client = takeOver.Client;
        // With nothing lost, the spacing of the probe itself is not an outage.
        var gap = client.Lost == 0 ? 0 : client.LongestGapMilliseconds;
        table.Add(
            $"{takeOver.From.Name}: {takeOver.Failure.Description}",
            takeOver.To?.Name ?? "nobody",
            gap.ToString("0", CultureInfo.InvariantCulture),
            client.Lost.ToString(CultureInfo.InvariantCulture));
    }

    private static bool CheckNothingIsLeft(Cluster cluster)
    {
        var left = cluster.Segment.LeftBehind();
        foreach (var thing in left) Console.Error.WriteLine($"FAILED: left behind: {thing}");
        return left.Count == 0;
    }

    private static void ExplainWhatIsKept(Cluster cluster, string vipdBinary)
    {
        var (name, master) = (cluster.Segment.Name, cluster.Masters[0]);
        Console.WriteLine($"""
            Left up, as asked. To look around:
              ip netns exec {name}-client ping {cluster.Vip}
              ip -n {master.Node.Namespace} address show dev eth0
              {vipdBinary} status --config {master.ConfigFile}
              tail -f {master.LogFile}
              ip netns exec {name}-sw tcpdump -ni br0 vrrp or arp
            To take it down:
              {LabProgram.Path} down {name}
            """);
    }
}
