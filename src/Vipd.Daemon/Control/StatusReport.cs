using System.Diagnostics;
using System.Text.Json;
using Vipd.Daemon.Health;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Control;

/// <summary>Makes the status document from the boards, on the thread of whoever asks.</summary>
public sealed class StatusReport(
    StatusBoard board,
    IReadOnlyList<CheckBoard> checks,
    LoopLiveness liveness,
    TimeProvider clock,
    ReloadOutcome? reload = null,
    SelfWatch? self = null)
{
    private static readonly TimeSpan ShortestMemory = TimeSpan.FromSeconds(10);

    private readonly DateTimeOffset _startedAt = StartOfProcess();

    public StatusDocument Make() => new(
        ProductVersion.Text,
        Environment.MachineName,
        clock.GetUtcNow(),
        _startedAt,
        new ElectionLoopStatus(
            board.Loop.IsRunning, liveness.SinceLastPass.TotalSeconds, board.Loop.RealtimeRefusal),
        [.. board.Routers.Select(Describe)],
        [.. checks.Select(static check => Describe(check.Current))],
        self is null ? [] : [.. SelfTroubles.All.Select(trouble => Describe(self, trouble)).OfType<SelfStatus>()],
        reload?.Last is { } last
            ? new ReloadStatus(last.At, last.Result == ReloadResult.Applied, last.Lines)
            : null);

    public byte[] MakeJson() => JsonSerializer.SerializeToUtf8Bytes(Make(), StatusJson.Default.StatusDocument);

    private static VirtualRouterStatus Describe(RouterBoard router)
    {
        RouterIdentity identity = router.Identity;
        RouterSnapshot current = router.Current;
        return new VirtualRouterStatus(
            identity.Name,
            identity.Vrid.Value,
            identity.Version,
            identity.InterfaceName,
            identity.PrimaryAddress.ToString(),
            Labels.Of(current.State),
            current.Since,
            Labels.Of(current.Cause),
            current.HandingOver,
            current.Drained,
            identity.ConfiguredPriority.Value,
            current.EffectivePriority.Value,
            current.HealthReasons,
            DescribeActive(current),
            [.. identity.Addresses.Select((address, index) =>
                new VirtualAddressStatus(
                    address.ToString(), router.AddressPresent(index), router.AddressForeign(index),
                    identity.AddressInterface))],
            identity.AdvertisementInterval.TotalSeconds,
            current.ActiveDownInterval.TotalSeconds,
            identity.Spread.TotalSeconds,
            identity.Lease?.TotalSeconds,
            [.. router.Transitions.Select(Describe)],
            [.. DescribeConflicts(router)],
            current.HoldDownLeft(LoopClock.Now)?.TotalSeconds,
            identity.VirtualMac?.ToString());
    }

    /// <summary>A sender that has been silent for some intervals is no longer there.</summary>
    private static IEnumerable<ConflictStatus> DescribeConflicts(RouterBoard router)
    {
        MonotonicTime now = LoopClock.Now;
        TimeSpan recent = ShortestMemory + (4 * router.Identity.AdvertisementInterval);
        foreach (PeerTrouble trouble in router.Troubles.Known)
        {
            TimeSpan since = now - trouble.LastSeen;
            if (since > recent)
                continue;
            bool twoActive = !trouble.Difference.IsAccepted() && router.Current.State == RouterState.Active;
            yield return new ConflictStatus(
                trouble.Peer.ToString(),
                trouble.Difference.Label(),
                Math.Max(0, since.TotalSeconds),
                twoActive,
                (twoActive ? "two Active Routers: " : "") + $"{trouble.Peer} {trouble.Describe(router.Identity)}");
        }
    }

    private static ActiveRouterStatus? DescribeActive(RouterSnapshot current) => current.ActiveRouter is { } address
        ? new ActiveRouterStatus(
            address.ToString(), current.ActivePriority?.Value, current.State == RouterState.Active)
        : null;

    private static TransitionStatus Describe(TransitionRecord transition) => new(
        transition.At,
        Labels.Of(transition.From),
        Labels.Of(transition.To),
        Labels.Of(transition.Cause),
        transition.Peer?.ToString(),
        transition.SinceTrigger.TotalSeconds);

    private static CheckStatusEntry Describe(CheckStatus check) => new(
        check.Name,
        check.Type,
        check.Class.Name(),
        check.Since,
        check.Reasons,
        check.Probes,
        check is { LastAnswer: { } answer, LastProbeAt: { } at }
            ? new ProbeStatus(
                at, check.LastDuration.TotalSeconds, answer.Class.Name(), check.Consecutive, answer.Reasons)
            : null);

    private static SelfStatus? Describe(SelfWatch self, SelfTrouble trouble) =>
        self.Total(trouble) is { Count: > 0, Last: { } last } total
            ? new SelfStatus(trouble.Name(), total.Count, total.Lasted.TotalSeconds, last.At, last.Describe())
            : null;

    private static DateTimeOffset StartOfProcess()
    {
        using Process self = Process.GetCurrentProcess();
        return new DateTimeOffset(self.StartTime).ToUniversalTime();
    }
}
