namespace Vipd.Lab.Mixed;

/// <summary>A part that vipd plays beside a peer, and what must come of it.</summary>
/// <param name="Name">As the row of the matrix is called.</param>
/// <param name="VipdPriority">1..254.</param>
/// <param name="PeerPriority">1..254.</param>
/// <param name="Play">Throws if something else comes of it.</param>
public sealed record MixedScenario(string Name, int VipdPriority, int PeerPriority, Action<MixedLab> Play)
{
    private const int High = 150;
    private const int Low = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<MixedScenario> All { get; } =
    [
        new("peer Active, vipd Backup", Low, High, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Other);
        }),
        new("vipd Active, peer Backup", High, Low, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Vipd);
        }),
        new("equal priorities: one Active", Low, Low, lab =>
        {
            StartBoth(lab);
            // Which one is open, and the first to claim may be another than the winner.
            Settle(lab, AwaitWinner(lab));
        }),
        new("peer resigns with priority 0", Low, High, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Other);
            lab.Other.Stop();
            lab.AwaitActive(lab.Vipd, SoonerThanSilence(lab));
        }),
        new("vipd resigns with priority 0", High, Low, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Vipd);
            lab.Vipd.Stop();
            lab.AwaitActive(lab.Other, SoonerThanSilence(lab));
        }),
        new("peer preempts vipd", Low, High, lab =>
        {
            lab.Vipd.Start();
            Settle(lab, lab.Vipd);
            lab.Other.Start();
            Settle(lab, lab.Other);
        }),
        new("vipd preempts peer", High, Low, lab =>
        {
            lab.Other.Start();
            Settle(lab, lab.Other);
            lab.Vipd.Start();
            Settle(lab, lab.Vipd);
        }),
        new("peer's node dies", Low, High, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Other);
            lab.PowerOff(lab.Other);
            Settle(lab, lab.Vipd);
        }),
        new("vipd is killed", High, Low, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Vipd);
            lab.Vipd.Kill();
            Settle(lab, lab.Other);
        }),
        new("vipd is drained and comes back", High, Low, lab =>
        {
            StartBoth(lab);
            Settle(lab, lab.Vipd);
            lab.Vipd.Run("drain");
            lab.AwaitActive(lab.Other, SoonerThanSilence(lab));
            lab.Vipd.Run("undrain");
            Settle(lab, lab.Vipd);
        }),
    ];

    public override string ToString() => Name;

    private static void StartBoth(MixedLab lab)
    {
        lab.Other.Start();
        lab.Vipd.Start();
        lab.Other.AwaitStarted();
        lab.Vipd.AwaitStarted();
    }

    private static void Settle(MixedLab lab, MixedRouter router)
    {
        lab.AwaitActive(router, Patience);
        lab.AwaitSteady(router, lab.Options.Interval * 2);
    }

    private static MixedRouter AwaitWinner(MixedLab lab)
    {
        MixedRouter? winner = null;
        TimeSpan duration = lab.Options.Interval * 3;
        Observe.Until("one of both serves steadily", Patience, () => (winner = lab.Serving()) is not null
            && Observe.Steady(duration, duration * 2, () => lab.Serving() == winner), lab.Describe);
        return winner!;
    }

    /// <summary>A priority 0 that was not understood would take Active_Down_Interval, 3.6 intervals.</summary>
    private static TimeSpan SoonerThanSilence(MixedLab lab) => lab.Options.Interval * 2.8;
}
