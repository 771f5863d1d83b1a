using Vipd.Lab.Masters;
using Vipd.Lab.Traffic;

namespace Vipd.Lab.Measure;

/// <summary>
/// Something to repeat on one cluster; each run yields one value for each series, in the order of the columns.
/// </summary>
internal sealed record Scenario(
    string Name,
    Func<ClusterOptions, ClusterOptions> Configure,
    IReadOnlyList<(string Name, string Unit)> Columns,
    Func<Cluster, CancellationToken, IReadOnlyList<double>> RunOnce)
{
    private const int DefaultPriority = 100;

    /// <summary>Whether the daemons run before the first repetition.</summary>
    internal bool StartsSettled { get; init; } = true;

    internal static readonly IReadOnlyList<Scenario> All =
    [
        Of("planned-stop", Failure.PlannedStop, options => options),
        Of("planned-stop-virtual-mac", Failure.PlannedStop, options => options with { VirtualMac = true }),
        Of("planned-stop-500", Failure.PlannedStop, options => options with { Vips = ClusterOptions.ManyVips(500) }),
        Of("node-death", Failure.NodeDeath, options => options),
        Of("node-death-virtual-mac", Failure.NodeDeath, options => options with { VirtualMac = true }),
        OfHealth("apiserver-kill", Failure.ApiServerKill),
        OfHealth("apiserver-hang", Failure.ApiServerHang),
        new("apiserver-stop", WithoutHoldDown,
            [
                ("requests", ""), ("requests refused", ""), ("requests failed otherwise", ""),
                ("answered elsewhere after", "ms"), ("before the port closed", "ms"),
            ],
            RunApiServerStop),
        Of("daemon-kill", Failure.DaemonKill, options => options),
        Of("daemon-hang", Failure.DaemonHang, options => options),
        new("wipe", options => options with { WithApiServers = false },
            [("packets lost", ""), ("longest gap", "ms"), ("probe lateness", "ms")], RunWipe),
        new("cold-start", options => options with { WithApiServers = false },
            [
                ("to the first answer", "ms"), ("longest gap after it", "ms"), ("holders after 2 s", ""),
                ("claimants", ""), ("probe lateness", "ms"),
            ], RunColdStart)
        { StartsSettled = false },
        new("equal-claim", options => options with { WithApiServers = false },
            [
                ("take-overs with two claimants", "0/1"), ("take-overs with more than one gap", "0/1"),
                ("longest gap", "ms"),
            ],
            RunEqualClaim),
        RenewalsOf(255),
        RenewalsOf(500),
        RenewalsOf(2000),
    ];

    private static Scenario RenewalsOf(int addresses) => new(
        $"renewals-{addresses}",
        options => options with { Masters = 1, Vips = ClusterOptions.ManyVips(addresses), WithApiServers = false },
        [("notifications in the busiest second", "")],
        (cluster, stop) => [Renewals.InBusiestSecond(cluster, stop)]);

    private static Scenario Of(string name, Failure failure, Func<ClusterOptions, ClusterOptions> configure) => new(
        name, configure,
        [
            ("packets lost", ""), ("longest gap", "ms"), ("answered elsewhere after", "ms"), ("claimants", ""),
            ("probe lateness", "ms"),
        ],
        (cluster, stop) =>
        {
            var takeOver = Break(cluster, failure, stop);
            return
            [
                takeOver.Client.Lost, takeOver.Client.LongestGapMilliseconds, takeOver.MillisecondsToNewAnswer,
                takeOver.Claimants, takeOver.Client.WorstSendLatenessMilliseconds,
            ];
        });

    /// <summary>
    /// Without the hold-down each run is what the first one in a minute is with it; else the runs would wait for each
    /// other.
    /// </summary>
    private static ClusterOptions WithoutHoldDown(ClusterOptions options) =>
        options with { MoreRouterLines = [.. options.MoreRouterLines, "    holdDown: 0s"] };

    /// <summary>What it takes, told apart: until the failed node lowers itself, and from there to the client.</summary>
    private static Scenario OfHealth(string name, Failure failure) => new(
        name, WithoutHoldDown,
        [
            ("packets lost", ""), ("lower priority advertised after", "ms"), ("answered elsewhere after", "ms"),
            ("last of 20 idle connections ended after", "ms"), ("claimants", ""), ("probe lateness", "ms"),
        ],
        (cluster, stop) =>
        {
            cluster.WaitUntilSettled(stop);
            using var clients = IdleConnections.Open(
                cluster.Segment.Client, cluster.Vip, VipdConfiguration.ApiServerPort, 20);
            var takeOver = Break(cluster, failure, stop);
            var ended = clients.LastEnd(TimeSpan.FromSeconds(5));
            var lowered = cluster.Tap.AdvertisementsSince(takeOver.BrokenAt).FirstOrDefault(
                seen => seen.Source.Equals(takeOver.From.Node.Address) && seen.Priority < DefaultPriority);
            return
            [
                takeOver.Client.Lost, (lowered?.At - takeOver.BrokenAt)?.TotalMilliseconds ?? double.NaN,
                takeOver.MillisecondsToNewAnswer, (ended - takeOver.BrokenAt)?.TotalMilliseconds ?? double.NaN,
                takeOver.Claimants, takeOver.Client.WorstSendLatenessMilliseconds,
            ];
        });

    private static IReadOnlyList<double> RunApiServerStop(Cluster cluster, CancellationToken stop)
    {
        using var requests = RequestProbe.Start(cluster.Segment.Client, cluster.Vip, VipdConfiguration.ApiServerPort);
        var takeOver = TakeOver.Observe(cluster, Failure.ApiServerStop, stop);
        if (takeOver.Problem is { } problem) Console.Error.WriteLine($"apiserver-stop: {problem}");
        // Waits until the stand-in has ended, and so long the requests go on.
        Failure.ApiServerStop.Mend(cluster, takeOver.From);
        var result = requests.Stop();
        var after = takeOver.MillisecondsToNewAnswer;
        return
        [
            result.Sent, result.Refused, result.Failed, after,
            cluster.Options.ApiServerShutdownDelay.TotalMilliseconds - after,
        ];
    }

    private static IReadOnlyList<double> RunEqualClaim(Cluster cluster, CancellationToken stop)
    {
        var takeOver = Break(cluster, Failure.NodeDeath, stop);
        var gaps = takeOver.Client.Gaps(TimeSpan.Zero);
        return [takeOver.Claimants > 1 ? 1 : 0, gaps.Count > 1 ? 1 : 0, takeOver.Client.LongestGapMilliseconds];
    }

    private static IReadOnlyList<double> RunWipe(Cluster cluster, CancellationToken stop)
    {
        var wipe = Wipe.Observe(cluster, stop);
        return [wipe.Client.Lost, wipe.Client.LongestGapMilliseconds, wipe.Client.WorstSendLatenessMilliseconds];
    }

    private static IReadOnlyList<double> RunColdStart(Cluster cluster, CancellationToken stop)
    {
        ColdStart.PowerOff(cluster);
        var start = ColdStart.Observe(cluster, stop);
        return
        [
            start.MillisecondsToFirstAnswer ?? double.NaN, start.LongestGapMilliseconds,
            start.HoldersAfter2Seconds, start.Claimants, start.Client.WorstSendLatenessMilliseconds,
        ];
    }

    private static TakeOver Break(Cluster cluster, Failure failure, CancellationToken stop)
    {
        var takeOver = TakeOver.Observe(cluster, failure, stop);
        if (takeOver.Problem is { } problem) Console.Error.WriteLine($"{failure.Name}: {problem}");
        failure.Mend(cluster, takeOver.From);
        return takeOver;
    }
}
