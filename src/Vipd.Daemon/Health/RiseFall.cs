namespace Vipd.Daemon.Health;

/// <summary>
/// Turns answers into a verdict. Where the evidence is final it is quick, where it is not it is calm:
/// <list type="bullet">
/// <item>the first answer counts at once: until then the verdict is <see cref="HealthClass.Down"/>;</item>
/// <item>down counts at once (refused, reset, or a time limit that is already generous);</item>
/// <item>ready becomes notReady after `fall` such answers in a row;</item>
/// <item>every way up takes `rise` answers in a row: so many ready ones for ready, so many that are not down for
/// notReady. A target that alternates between hanging and answering 500 (an apiserver whose etcd is gone) stays
/// down.</item>
/// </list>
/// </summary>
public sealed class RiseFall(int rise, int fall)
{
    private HealthClass _last = HealthClass.Down;
    private int _notDownInARow;

    /// <summary>The verdict.</summary>
    public HealthClass Class { get; private set; } = HealthClass.Down;

    /// <summary>Whether any answer has been recorded.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>How many answers in a row had the class of the last one; 0 before the first.</summary>
    public int Consecutive { get; private set; }

    /// <summary>Records an answer; true when the verdict changed by it.</summary>
    public bool Record(HealthClass answer)
    {
        HealthClass before = Class;
        // Saturating: a check may run for years.
        Consecutive = answer == _last ? Next(Consecutive) : 1;
        _notDownInARow = answer == HealthClass.Down ? 0 : Next(_notDownInARow);
        _last = answer;

        Class = HasAnswer ? Judge(answer) : answer;
        HasAnswer = true;
        return Class != before;
    }

    private HealthClass Judge(HealthClass answer) => (Class, answer) switch
    {
        (_, HealthClass.Down) => HealthClass.Down,
        (HealthClass.Ready, HealthClass.NotReady) => Consecutive >= fall ? HealthClass.NotReady : HealthClass.Ready,
        (not HealthClass.Ready, HealthClass.Ready) when Consecutive >= rise => HealthClass.Ready,
        (HealthClass.Down, _) when _notDownInARow >= rise => HealthClass.NotReady,
        _ => Class,
    };

    private static int Next(int count) => count == int.MaxValue ? count : count + 1;
}
