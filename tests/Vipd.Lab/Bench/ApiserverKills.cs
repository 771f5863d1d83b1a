using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>
/// The local apiserver dies: how long clients are sent to a node without one. vipd with its defaults, keepalived with
/// its default interval and the script of kubeadm's guide, and with the same script as quick as it can be set.
/// </summary>
internal sealed class ApiserverKills(BenchOptions bench) : Measurement
{
    private const string OnlyCase = "defaults";
    private static readonly TimeSpan HealthBound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MoveBound = TimeSpan.FromSeconds(60);
    private static readonly Quantity Moved = new("answered elsewhere after", "ms");
    private static readonly Quantity Lost = new("packets lost of 1,000 a second", "");

    internal override string Name => "apiserver-kill";

    internal override string Title => "SIGKILL to the apiserver beside the Active Router, three masters; keepalived "
        + "with the script of kubeadm's guide (interval 3, fall 10) and with interval 1, fall 2.";

    internal override string Goal => "answered elsewhere within 50 ms";

    internal override int Rounds => 20;

    internal override IReadOnlyList<Trial> Trials =>
    [
        new(OnlyCase, Vipd, bench.Three with { WithApiServers = true }),
        new(OnlyCase, "keepalived, interval 3, fall 10", WithScript(KeepalivedScript.Kubeadm)),
        new(OnlyCase, "keepalived, interval 1, fall 2", WithScript(KeepalivedScript.Quickest)),
    ];

    private ClusterOptions WithScript(KeepalivedScript script) => AllKeepalived(bench.Three) with
    {
        WithApiServers = true,
        AdvertisementInterval = TimeSpan.FromSeconds(1),
        KeepalivedScript = script,
    };

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Start(trial.Options);
        Lab.Observe.Until(
            "every check has found its apiserver well", HealthBound,
            () => cluster.Masters.All(master => master.HasFullPriority()), stop: stop);
        var takeOver = TakeOver.Observe(cluster, Failure.ApiServerKill, MoveBound, stop).Valid();
        note(Moved, takeOver.MillisecondsToNewAnswer);
        note(Lost, takeOver.Client.Lost);
    }
}
