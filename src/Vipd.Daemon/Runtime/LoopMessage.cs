using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>What the rest of the daemon may ask of the election thread; posted to <see cref="LoopInbox"/>.</summary>
public abstract record LoopMessage
{
    private LoopMessage()
    {
    }

    /// <summary>
    /// The health of one router: its priority lowered by <paramref name="Weight"/>, or a fault that takes it out of the
    /// election. <paramref name="Reasons"/> is shown to people, one line each, empty when all is well.
    /// </summary>
    public sealed record HealthChanged(int Router, int Weight, bool Fault, IReadOnlyList<string> Reasons) : LoopMessage;

    /// <summary>Hand every VIP over and stay out of the election until <see cref="Undrain"/>.</summary>
    public sealed record Drain : LoopMessage;

    /// <summary>Take part again.</summary>
    public sealed record Undrain : LoopMessage;

    /// <summary>Another configuration; everything that it needs is open already.</summary>
    internal sealed record Reconfigure(Reconfiguration Next) : LoopMessage;

    /// <summary>Planned stop: hand over, then end the thread.</summary>
    public sealed record Stop(TransitionCause Cause) : LoopMessage;
}
