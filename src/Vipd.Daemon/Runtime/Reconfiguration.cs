using Vipd.Daemon.Ports;
using Vipd.Linux.Sockets;

namespace Vipd.Daemon.Runtime;

/// <summary>What is open for one router.</summary>
/// <param name="At">The interface that it hears through, shared with others.</param>
/// <param name="Sender">For its announcements, its own.</param>
/// <param name="VirtualMac">Where its addresses are; null: on the interface.</param>
internal sealed record OpenedRouter(
    InterfaceRuntime At, PacketSocket Sender, VirtualMacLink? VirtualMac, LinuxRouterPorts Ports, RouterPlan Plan)
{
    /// <summary>Gives up all but what is shared.</summary>
    public void Close()
    {
        Sender.Dispose();
        VirtualMac?.Release();
    }
}

/// <summary>
/// The way from the plans that run to others, prepared on an ordinary thread: the difference is computed and every
/// descriptor is open, so that the election thread only has to take it over, in one pass, and nothing in it can fail.
/// </summary>
internal sealed class Reconfiguration(
    IReadOnlyList<RouterPlan> before, IReadOnlyList<RouterPlan> after, IReadOnlyList<RouterChange> changes)
    : IDisposable
{
    private readonly TaskCompletionSource<bool> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OpenedRouter?[] _opened = new OpenedRouter?[after.Count];

    public IReadOnlyList<RouterPlan> Before => before;

    public IReadOnlyList<RouterPlan> After => after;

    public IReadOnlyList<RouterChange> Changes => changes;

    /// <summary>Opened for this; nobody listens on them yet.</summary>
    public List<InterfaceRuntime> Interfaces { get; } = [];

    /// <summary>By number of <see cref="After"/>; null for what is kept, and for what waits.</summary>
    public IReadOnlyList<OpenedRouter?> Opened => _opened;

    /// <summary>By number of <see cref="After"/>: at the moment of posting, so that no priority jumps.</summary>
    public IReadOnlyList<LoopMessage.HealthChanged> Health { get; set; } = [];

    /// <summary>Nothing is different.</summary>
    public bool IsEmpty => changes.All(change => change.Fate == RouterFate.Kept);

    /// <summary>A router waits for something that this machine does not have yet.</summary>
    public bool Waits => after.Any(plan => plan.WaitsFor is not null);

    /// <summary>True once it is in force; false if the election thread stops and has refused it.</summary>
    public Task<bool> Outcome => _outcome.Task;

    public void Add(int number, OpenedRouter opened) => _opened[number] = opened;

    public void Complete() => _outcome.TrySetResult(true);

    public void Refuse()
    {
        Dispose();
        _outcome.TrySetResult(false);
    }

    /// <summary>
    /// Closes what was opened, where it has not come into force; once, since a macvlan is shared with the router that
    /// runs, and each release counts.
    /// </summary>
    public void Dispose()
    {
        if (_outcome.Task.IsCompleted)
            return;
        foreach (OpenedRouter? opened in _opened)
            opened?.Close();
        foreach (InterfaceRuntime at in Interfaces)
            at.Dispose();
    }
}
