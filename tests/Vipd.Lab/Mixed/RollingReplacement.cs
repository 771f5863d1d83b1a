using Vipd.Lab.Network;
using Vipd.Lab.Traffic;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Mixed;

/// <summary>
/// Three nodes with keepalived, which become vipd's one at a time, and go back, while a client asks the VIP every
/// millisecond.
/// </summary>
public sealed class RollingReplacement : IDisposable
{
    private const int HighestPriority = 103;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FreshAnswer = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromMinutes(3);
    private readonly string _binary;
    private readonly MixedOptions _options;
    private readonly Segment _segment;
    private readonly Holders _holders;
    private readonly IReadOnlyList<Responder> _responders;
    private readonly MixedRouter[] _routers;
    private readonly List<(TimeSpan Since, MixedRouter Router)> _history = [];
    private readonly List<MixedRouter> _all = [];

    public RollingReplacement(string binary, MixedOptions options)
    {
        (_binary, _options) = (binary, options);
        _segment = Segment.Create(new SegmentOptions { EnableIpv6 = options.IsIPv6 });
        _holders = new Holders(_segment.Masters);
        _responders = [.. _segment.Masters.Select(node => Responder.Start(node, options.Family))];
        _routers = new MixedRouter[_segment.Masters.Count];
    }

    /// <summary>Lines in which anybody says that it heard something bad.</summary>
    public IReadOnlyList<string> Complaints() =>
        [.. _all.SelectMany(router => router.Complaints().Select(line => $"{router}: {line}"))];

    /// <summary>Packets lost after an answer by vipd, and after one by keepalived.</summary>
    public (int Vipd, int Keepalived, int Sent) Play()
    {
        for (var i = 0; i < _routers.Length; i++) Put(i, Peer.Keepalived.On);
        using var probe = Probe.Start(_segment.Client, [_options.Vip], LongestProbe);
        AwaitBest(probe);
        for (var i = 0; i < _routers.Length; i++)
            Replace(i, probe, (node, all, options, priority) => new VipdRouter(_binary, node, all, options, priority));
        for (var i = 0; i < _routers.Length; i++) Replace(i, probe, Peer.Keepalived.On);
        return Sum(probe.Stop());
    }

    public void Dispose()
    {
        foreach (var router in _all) router.Dispose();
        foreach (var responder in _responders) responder.Dispose();
        _holders.Dispose();
        _segment.Dispose();
    }

    private void Replace(
        int index, Probe probe, Func<LabNode, IReadOnlyList<LabNode>, MixedOptions, int, MixedRouter> make)
    {
        _routers[index].Stop();
        Observe.Until("somebody else serves", Patience, () => IsServed(probe), Describe);
        Put(index, make);
        AwaitBest(probe);
    }

    private void Put(int index, Func<LabNode, IReadOnlyList<LabNode>, MixedOptions, int, MixedRouter> make)
    {
        var router = make(_segment.Masters[index], _segment.Masters, _options, HighestPriority - index);
        _routers[index] = router;
        _all.Add(router);
        _history.Add((MonotonicClock.Now, router));
        router.Start();
    }

    /// <summary>The node with the highest priority serves, alone and steadily.</summary>
    private void AwaitBest(Probe probe) => Observe.Until(
        $"{_routers[0]} serves alone", Patience,
        () => Observe.Steady(_options.Interval * 2, _options.Interval * 3, () =>
            IsServed(probe) && _holders.Of(_options.Vip) is [var sole] && sole == _routers[0].Node),
        Describe);

    private static bool IsServed(Probe probe) =>
        probe.Last is { } last && MonotonicClock.Now - last.Received < FreshAnswer;

    private (int Vipd, int Keepalived, int Sent) Sum(ProbeResult client)
    {
        var (vipd, keepalived) = (0, 0);
        ProbedPacket? before = null;
        foreach (var packet in client.Packets)
        {
            if (packet.Node is not null) before = packet;
            else if (before is not null && RouterThen(before) is VipdRouter) vipd++;
            else if (before is not null) keepalived++;
        }
        return (vipd, keepalived, client.Sent);
    }

    private MixedRouter RouterThen(ProbedPacket answered) => _history
        .Last(entry => entry.Router.Node.Name == answered.Node && entry.Since <= answered.Sent).Router;

    private string Describe() => string.Join('\n',
    [
        $"Holders: {string.Join(", ", _holders.Of(_options.Vip))}",
        .. _routers.Select(router => $"{router}:\n{router.LogTail()}"),
    ]);
}
