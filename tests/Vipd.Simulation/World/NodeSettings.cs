using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>One node's configuration as its operator wrote it.</summary>
internal sealed record NodeSettings(int Number, RouterParameters Parameters)
{
    /// <summary>`lease: auto` of the configuration: max(1 s, Active_Down_Interval rounded up to a second).</summary>
    public TimeSpan Lease { get; } = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(ElectionTimers.ActiveDownInterval(
        Parameters.Priority, Parameters.AdvertisementInterval.ToTimeSpan()).TotalSeconds)));

    /// <summary>Documentation addresses, 192.0.2.11 for node 1 (RFC 5737).</summary>
    public static InternetAddress AddressOf(int number) =>
        InternetAddress.From([192, 0, 2, (byte)(11 + number)]);

    public override string ToString() => FormattableString.Invariant(
        $"n{Number + 1} priority {Parameters.Priority} interval {Parameters.AdvertisementInterval} ")
        + FormattableString.Invariant($"preempt {Parameters.Preempt} margin {Parameters.PreemptMargin} ")
        + FormattableString.Invariant($"delay {Parameters.PreemptDelay.TotalMilliseconds}ms ")
        + FormattableString.Invariant($"startup {Parameters.StartupDelay.TotalMilliseconds}ms");
}
