using Vipd.Lab.Masters;

namespace Vipd.Lab.Faults;

/// <summary>The cluster as the fault finds it.</summary>
/// <param name="Active">Held the VIP alone, settled.</param>
/// <param name="Other">Another master.</param>
public sealed record Scene(Cluster Cluster, Master Active, Master Other);

/// <summary>Something that goes wrong for a while, and what puts everything back for the next run.</summary>
/// <param name="Lasts">From <paramref name="Break"/> to <paramref name="End"/>.</param>
/// <param name="End">What ends it, still watched: the cable is back, the process goes on.</param>
/// <param name="Restore">After the watching; null: all is as it was.</param>
public sealed record Fault(
    string Name, string Description, Action<Scene> Break, TimeSpan Lasts, Action<Scene> End, Action<Scene>? Restore)
{
    /// <summary>What the lab must be like.</summary>
    public Func<ClusterOptions, ClusterOptions> Configure { get; init; } = options => options;

    /// <summary>It lasts, and then is over; what the broken node does after that is of interest.</summary>
    internal bool HasEnd => Lasts > TimeSpan.Zero;

    /// <summary>What must hold of each run.</summary>
    public IReadOnlyList<Demand> Demands { get; init; } = [];

    public override string ToString() => Name;
}

/// <summary>Something that a fault must not do, and how to see it.</summary>
public sealed record Demand(string Text, Func<FaultRun, bool> IsMet);
