using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>The first rule that was broken in a run.</summary>
internal sealed class Verdict(Agenda agenda, Transcript transcript)
{
    private readonly MonotonicTime _start = agenda.Now;

    /// <summary>The name of the broken rule; null while none is.</summary>
    public string? BrokenRule { get; private set; }

    public string? What { get; private set; }

    public void Break(string rule, string what)
    {
        if (BrokenRule is not null)
            return;
        BrokenRule = rule;
        What = FormattableString.Invariant($"{(agenda.Now - _start).TotalSeconds:F6}s: {what}");
        transcript.WriteFault($"RULE BROKEN: {rule}: {what}");
    }
}
