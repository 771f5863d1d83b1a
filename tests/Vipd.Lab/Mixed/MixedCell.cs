namespace Vipd.Lab.Mixed;

/// <summary>One cell of the matrix and what became of it.</summary>
/// <param name="VipdLost">Packets that were lost after vipd had answered the one before.</param>
/// <param name="PeerLost">The same of the peer.</param>
/// <param name="ClientLateness">How late the client itself was at worst, in ms: beyond some, it lost them.</param>
/// <param name="Problem">Null: all is as it must be.</param>
public sealed record MixedCell(
    Peer Peer, MixedOptions Options, MixedScenario Scenario, int VipdLost, int PeerLost, double ClientLateness,
    string? Problem)
{
    public string Column => $"{Peer} {Options.Name}";

    /// <summary>Plays the scenario in a lab of its own.</summary>
    public static MixedCell Play(string binary, Peer peer, MixedOptions options, MixedScenario scenario)
    {
        try
        {
            using var lab = MixedLab.Create(binary, peer, options, scenario.VipdPriority, scenario.PeerPriority);
            scenario.Play(lab);
            var client = lab.Probe.Stop();
            var losses = client.Losses();
            return new MixedCell(
                peer, options, scenario,
                losses.GetValueOrDefault(lab.Vipd.Node.Name), losses.GetValueOrDefault(lab.Other.Node.Name),
                client.WorstSendLatenessMilliseconds, Complaints(lab));
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return new MixedCell(peer, options, scenario, 0, 0, 0, e.Message);
        }
    }

    private static string? Complaints(MixedLab lab)
    {
        string[] complaints =
        [
            .. new[] { lab.Vipd, lab.Other }
                .SelectMany(router => router.Complaints().Select(line => $"{router}: {line}")),
        ];
        return complaints.Length == 0 ? null : string.Join('\n', complaints.Take(5));
    }
}
