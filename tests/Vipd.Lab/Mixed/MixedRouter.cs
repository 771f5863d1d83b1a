using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Mixed;

/// <summary>A VRRP daemon on a node: vipd, keepalived or FRR, with the same settings.</summary>
public abstract class MixedRouter : IDisposable
{
    private static readonly TimeSpan StopBound = TimeSpan.FromSeconds(15);

    /// <param name="node">Where it runs.</param>
    /// <param name="nodes">Every node of the virtual router.</param>
    /// <param name="options">How they speak.</param>
    /// <param name="priority">Of this one.</param>
    protected MixedRouter(LabNode node, IReadOnlyList<LabNode> nodes, MixedOptions options, int priority) =>
        (Node, Nodes, Options, Priority) = (node, nodes, options, priority);

    public LabNode Node { get; }

    public int Priority { get; }

    /// <summary>The interface with the addresses is up; where it has them only while Active, it always is.</summary>
    public virtual bool HasCarrier => true;

    protected IReadOnlyList<LabNode> Nodes { get; }

    protected MixedOptions Options { get; }

    /// <summary>What its log says when it begins to take part.</summary>
    protected abstract string Started { get; }

    public LabProcess? Daemon { get; protected set; }

    public abstract void Start();

    /// <summary>Waits until it takes part.</summary>
    public void AwaitStarted() => Observe.Until(
        $"{this} takes part", StopBound,
        () => Daemon?.HasLogged(Started) ?? false, LogTail);

    /// <summary>A planned stop, waited for.</summary>
    public virtual void Stop()
    {
        Daemon!.Terminate();
        if (!Daemon.WaitForExit(StopBound)) throw new TimeoutException($"{this} ignores SIGTERM:\n{Daemon.Log}");
    }

    /// <summary>SIGKILL of every process on the node; what the kernel has, it keeps.</summary>
    public void Kill()
    {
        foreach (var pid in Node.Namespace.ProcessIds().Where(pid => pid != Environment.ProcessId))
            _ = Libc.Kill(pid, Libc.SignalKill);
    }

    /// <summary>Lines of its log by which it says that it heard something bad.</summary>
    public IReadOnlyList<string> Complaints() => [.. (Daemon?.Log ?? "").Split('\n').Where(IsComplaint)];

    public string LogTail() => string.Join('\n', (Daemon?.Log ?? "not started").Split('\n').TakeLast(12));

    public virtual void Dispose()
    {
        Daemon?.Dispose();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => $"{GetType().Name} on {Node}";

    protected abstract bool IsComplaint(string line);
}
