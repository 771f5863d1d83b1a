namespace Vipd.Daemon.Control;

/// <summary>
/// What a drain has done to one virtual router: a function of the status before it and the status now.
/// </summary>
internal sealed class DrainOutcome(VirtualRouterStatus before, VirtualRouterStatus now)
{
    /// <summary>
    /// The addresses are gone from here, and where they were here, somebody else is known to have them.
    /// </summary>
    public bool IsComplete => now.Drained && !now.HandingOver && (!WasActive || Successor is not null);

    /// <summary>No addresses were here, or a successor was heard.</summary>
    public bool IsGood => !WasActive || Successor is not null;

    private bool WasActive => before.State == "active" || before.HandingOver;

    private string? Successor => now.ActiveRouter is { Self: false } active ? active.Address : null;

    public static IReadOnlyList<DrainOutcome> Of(StatusDocument before, StatusDocument now) =>
    [
        .. from router in now.VirtualRouters
           join earlier in before.VirtualRouters on router.Name equals earlier.Name
           select new DrainOutcome(earlier, router),
    ];

    /// <summary>
    /// How long to wait for a successor: one that missed priority 0 comes after Active_Down_Interval.
    /// </summary>
    public static TimeSpan Patience(StatusDocument before) => TimeSpan.FromSeconds(
        1 + (2 * before.VirtualRouters.Select(router => router.ActiveDownIntervalSeconds).DefaultIfEmpty().Max()));

    /// <summary>One line for people.</summary>
    public string Describe(TimeSpan waited) => this switch
    {
        { WasActive: true, Successor: { } successor } => $"{now.Name}: handed over to {successor}",
        { WasActive: true } =>
            $"{now.Name}: nobody took over within {HumanDuration.Exact(waited.TotalSeconds)}; "
            + "its addresses are on no node that is heard here",
        _ when before.Drained => $"{now.Name}: was drained already{Elsewhere}",
        _ => $"{now.Name}: drained, had no addresses{Elsewhere}",
    };

    private string Elsewhere => Successor is { } active ? $"; {active} is the Active Router" : "";
}
