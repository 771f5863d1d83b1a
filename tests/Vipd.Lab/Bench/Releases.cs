using Vipd.Lab.Masters;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Bench;

/// <summary>`vipd release`, which keepalived has no equal of; beside it what starting any program takes.</summary>
internal sealed class Releases(BenchOptions bench) : Measurement
{
    private const string NothingLeft = "nothing left behind";
    private const string AddressLeft = "an address left behind";
    private const string Nothing = "true, in its place";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly Quantity Taken = new("start to end", "ms");

    internal override string Name => "release";

    internal override string Title => "`vipd release` from start to end; after a daemon that was killed it resigns, "
        + "and waits 100 ms for a peer that does not exist. `true` shows what shell, setsid and ip netns take.";

    internal override string Goal => "at most 60 ms beside the 100 ms of grace";

    internal override int Rounds => 20;

    internal override IReadOnlyList<Trial> Trials =>
    [
        new(NothingLeft, Vipd, Alone), new(NothingLeft, Nothing, Alone), new(AddressLeft, Vipd, Alone),
    ];

    private ClusterOptions Alone => bench.Three with { Masters = 1 };

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Create(trial.Options);
        var master = cluster.Masters[0];
        if (trial.Case == AddressLeft)
        {
            cluster.StartDaemons();
            cluster.WaitUntilSettled(stop);
            master.Daemon!.Kill();
            // As the unit does, which runs it when the daemon has ended.
            if (!master.Daemon.WaitForExit(Bound)) throw new TimeoutException("the daemon outlives SIGKILL");
        }
        IReadOnlyList<string> command = trial.Contestant == Nothing
            ? ["true"]
            : [trial.Options.VipdBinary, "release", "--config", master.ConfigFile];
        var startedAt = MonotonicClock.Now;
        using var process = LabProcess.Start(master.Node, "release", command);
        if (!process.WaitForExit(Bound)) throw new TimeoutException("release hangs");
        note(Taken, (MonotonicClock.Now - startedAt).TotalMilliseconds);
        if (process.ExitCode != 0 || cluster.HoldersOfVip().Count > 0)
            throw new InvalidOperationException($"release: {process.ExitCode} {process.Log}");
    }
}
