using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.World;

/// <summary>One node's configuration as its operator wrote it, and what runs there.</summary>
/// <param name="IsKeepalived">A peer of another make: <see cref="KeepalivedElection"/>.</param>
internal sealed record NodeSettings(int Number, RouterParameters Parameters, bool IsKeepalived = false)
{
    /// <summary>
    /// `lease: auto` of the configuration: max(1 s, Active_Down_Interval rounded up to a second). keepalived's
    /// addresses have no end.
    /// </summary>
    public TimeSpan Lease { get; } = IsKeepalived ? TimeSpan.FromDays(1000) : TimeSpan.FromSeconds(
        Math.Max(1, Math.Ceiling(ElectionTimers.ActiveDownInterval(
            Parameters.Priority, Parameters.AdvertisementInterval.ToTimeSpan()).TotalSeconds)));

    /// <summary>What a busy but healthy machine makes of a deadline; without real-time priority it is more.</summary>
    public TimeSpan LongestLateness { get; } =
        IsKeepalived ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMicroseconds(250);

    /// <summary>The address owner hears no Advertisement (RFC 9568 §7.1).</summary>
    public bool IsAddressOwner => Parameters.Priority.IsAddressOwner;

    /// <summary>Documentation addresses, 192.0.2.11 for node 1 (RFC 5737).</summary>
    public static InternetAddress AddressOf(int number) =>
        InternetAddress.From([192, 0, 2, (byte)(11 + number)]);

    public IElection NewElection() => IsKeepalived ? new KeepalivedElection(Parameters) : new VipdElection(Parameters);

    /// <summary>Preempt_Mode and preemptMargin; the address owner always preempts (RFC 9568 §6.1).</summary>
    public bool Preempts(Priority own, Priority active) => own.IsAddressOwner
        ? !active.IsAddressOwner
        : Parameters.Preempt && own.Value - active.Value >= Parameters.PreemptMargin;

    /// <summary>
    /// The same node with another configuration: see <see cref="Faults.FaultKind.Reload"/>. Of its addresses those with
    /// the lowest numbers are left, or there are more of them.
    /// </summary>
    public NodeSettings With(Priority priority, Centiseconds interval, int addresses) => new(
        Number,
        Parameters with
        {
            Priority = priority,
            AdvertisementInterval = interval,
            AddressCount = IsKeepalived ? Parameters.AddressCount : addresses,
        },
        IsKeepalived);

    public override string ToString() => FormattableString.Invariant($"n{Number + 1} ") + string.Join(
        " ",
        IsKeepalived ? "keepalived" : "vipd",
        $"priority {Parameters.Priority} interval {Parameters.AdvertisementInterval}",
        $"addresses {Parameters.AddressCount}",
        $"preempt {Parameters.Preempt} margin {Parameters.PreemptMargin} delay {Parameters.PreemptDelay} " +
            $"hold-down {Parameters.HoldDown}",
        $"startup {Parameters.StartupDelay}");
}
