namespace Vipd.Simulation.Faults;

/// <summary>What can go wrong, be done on purpose, or be well again.</summary>
internal enum FaultKind : byte
{
    Stop,
    Kill,
    Crash,
    Start,
    Drain,
    Undrain,
    Pause,
    Resume,

    /// <summary>The machine stands still and its clock with it; ended by <see cref="Resume"/>.</summary>
    Freeze,

    /// <summary>The clock goes forward by <see cref="Fault.Value"/> milliseconds at once.</summary>
    JumpClock,
    LinkDown,
    LinkUp,

    /// <summary>
    /// Frames from <see cref="Fault.Node"/> no longer reach <see cref="Fault.Other"/>; the way back works.
    /// </summary>
    CutPath,
    HealPath,

    /// <summary>
    /// Nodes whose bit is set in <see cref="Fault.Value"/> and the others no longer reach each other; the client
    /// reaches all.
    /// </summary>
    Partition,
    HealPartition,

    /// <summary><see cref="Fault.Value"/> seeds how bad it is.</summary>
    BadWeather,
    FairWeather,

    /// <summary>The checks want the effective priority <see cref="Fault.Value"/>.</summary>
    Priority,
    CheckFails,
    CheckRecovers,

    /// <summary>Address <see cref="Fault.Value"/> is removed by hand.</summary>
    WipeAddress,
    RefuseAddress,

    /// <summary>
    /// The configuration is changed in place: <see cref="Fault.Value"/> is what
    /// <see cref="Fault.Configuration"/> packs.
    /// </summary>
    Reload,

    /// <summary>The same by a planned move of this router alone, as another VRID or interface needs it.</summary>
    Move,

    /// <summary>Everything that can be repaired is.</summary>
    RepairAll,
}

/// <summary>An entry of the schedule; <paramref name="At"/> counts from the start of the run.</summary>
internal readonly record struct Fault(TimeSpan At, FaultKind Kind, int Node = 0, int Other = 0, int Value = 0)
{
    private const int IntervalShift = 8;
    private const int AddressesShift = 20;

    /// <summary>What <see cref="FaultKind.Reload"/> and <see cref="FaultKind.Move"/> change.</summary>
    public int NewPriority => Value & 0xFF;

    public int NewInterval => (Value >> IntervalShift) & 0xFFF;

    public int NewAddresses => Value >> AddressesShift;

    /// <summary>Priority, interval in centiseconds, and how many addresses, packed into a value.</summary>
    public static int Configuration(int priority, int interval, int addresses) =>
        (addresses << AddressesShift) | (interval << IntervalShift) | priority;

    public override string ToString() => Kind switch
    {
        FaultKind.CutPath or FaultKind.HealPath => $"{Kind} n{Node + 1} -> n{Other + 1}",
        FaultKind.Partition or FaultKind.HealPartition => $"{Kind} {Value:b}",
        FaultKind.BadWeather or FaultKind.FairWeather or FaultKind.RepairAll => Kind.ToString(),
        FaultKind.Reload or FaultKind.Move =>
            $"{Kind} n{Node + 1} priority {NewPriority} interval {NewInterval}cs addresses {NewAddresses}",
        FaultKind.JumpClock => $"{Kind} n{Node + 1} {Value} ms",
        FaultKind.Priority or FaultKind.WipeAddress or FaultKind.RefuseAddress => $"{Kind} n{Node + 1} {Value}",
        _ => $"{Kind} n{Node + 1}",
    };
}
