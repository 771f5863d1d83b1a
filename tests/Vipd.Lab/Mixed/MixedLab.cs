using Vipd.Lab.Network;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Mixed;

/// <summary>vipd on m1 and another implementation on m2, a client that asks the VIP, and eyes on everything.</summary>
public sealed class MixedLab : IDisposable
{
    private static readonly TimeSpan FreshAnswer = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(1);
    private readonly Holders _holders;
    private readonly IReadOnlyList<Responder> _responders;
    private MixedRouter? _off;

    private MixedLab(
        Segment segment, MixedOptions options, Func<LabNode, VipdRouter> vipd, Func<LabNode, MixedRouter> other)
    {
        (Segment, Options) = (segment, options);
        Tap = WireTap.Start(segment);
        _holders = new Holders(segment.Masters);
        _responders = [.. segment.Masters.Select(node => Responder.Start(node, options.Family))];
        Vipd = vipd(segment.Masters[0]);
        Other = other(segment.Masters[1]);
        Probe = Probe.Start(segment.Client, [options.Vip], LongestProbe);
    }

    public Segment Segment { get; }

    public MixedOptions Options { get; }

    public WireTap Tap { get; }

    public VipdRouter Vipd { get; }

    public MixedRouter Other { get; }

    /// <summary>Asks the VIP from the beginning, when nobody answers yet.</summary>
    public Probe Probe { get; }

    /// <param name="binary">vipd.</param>
    /// <param name="peer">The other implementation.</param>
    /// <param name="options">How they speak.</param>
    /// <param name="vipdPriority">1..254.</param>
    /// <param name="otherPriority">1..254.</param>
    /// <param name="otherOptions">Where the peer is configured differently.</param>
    public static MixedLab Create(
        string binary, Peer peer, MixedOptions options, int vipdPriority, int otherPriority,
        MixedOptions? otherOptions = null)
    {
        var segment = Segment.Create(new SegmentOptions { Masters = 2, EnableIpv6 = options.IsIPv6 });
        try
        {
            return new MixedLab(
                segment,
                options,
                node => new VipdRouter(binary, node, segment.Masters, options, vipdPriority),
                node => peer.On(node, segment.Masters, otherOptions ?? options, otherPriority));
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>The client is answered by this one, and no other kernel has the VIP.</summary>
    public void AwaitActive(MixedRouter router, TimeSpan bound) => Observe.Until(
        $"{router} answers the client, and nobody else could", bound, () => IsServedBy(router), Describe);

    /// <summary>So it stays for that long.</summary>
    public void AwaitSteady(MixedRouter router, TimeSpan duration) => Observe.Until(
        $"{router} goes on for {duration.TotalSeconds} s", duration * 3 + TimeSpan.FromSeconds(5),
        () => Observe.Steady(duration, duration * 2, () => IsServedBy(router)), Describe);

    /// <summary>Whoever it is.</summary>
    public MixedRouter? Serving() => new[] { Vipd, Other }.FirstOrDefault(IsServedBy);

    public string Describe() => $"""
        Last answer: {Probe.Last?.Node ?? "none"}.
        Holders of {Options.Vip}: {string.Join(", ", _holders.Of(Options.Vip))}.
        {Vipd}:
        {Vipd.LogTail()}
        {Other}:
        {Other.LogTail()}
        """;

    /// <summary>The node dies: cable and every process.</summary>
    public void PowerOff(MixedRouter router)
    {
        _off = router;
        Segment.CutNode(router.Node);
        router.Kill();
    }

    public bool Holds(MixedRouter router) => router.HasCarrier && _holders.Of(Options.Vip).Contains(router.Node);

    public void Dispose()
    {
        Probe.Dispose();
        Vipd.Dispose();
        Other.Dispose();
        foreach (var responder in _responders) responder.Dispose();
        _holders.Dispose();
        Tap.Dispose();
        Segment.Dispose();
    }

    private bool IsServedBy(MixedRouter router)
    {
        if (Probe.Last is not { } last || last.Node != router.Node.Name) return false;
        if (MonotonicClock.Now - last.Received > FreshAnswer) return false;
        return new[] { Vipd, Other }.Where(one => one != _off).All(one => Holds(one) == (one == router));
    }
}
