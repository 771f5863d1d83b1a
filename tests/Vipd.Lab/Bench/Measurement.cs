using System.Globalization;
using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>A number that is read.</summary>
/// <param name="Name">Unique within its measurement.</param>
/// <param name="Unit">"" for a mere count.</param>
/// <param name="IsEvent">1 where it came to pass, 0 where it did not: only its sum says something.</param>
internal sealed record Quantity(string Name, string Unit, bool IsEvent = false);

/// <summary>One contestant in one case.</summary>
/// <param name="Case">Such as an interval: contestants are compared within it.</param>
/// <param name="Contestant">Who, with the same word in every case.</param>
/// <param name="Options">How it is set up.</param>
internal sealed record Trial(string Case, string Contestant, ClusterOptions Options)
{
    public override string ToString() => $"{Case}, {Contestant}";
}

/// <summary>One thing to measure. Each round makes all its trials in turn, each in a lab of its own.</summary>
internal abstract class Measurement
{
    internal const string Vipd = "vipd";
    internal const string Keepalived = "keepalived";
    internal const string Frr = "FRR";

    internal abstract string Name { get; }

    /// <summary>What is done and what is read, in one sentence.</summary>
    internal abstract string Title { get; }

    internal abstract string Goal { get; }

    internal virtual int Rounds => 10;

    /// <summary>In the order in which they are made: those of a case one behind the other.</summary>
    internal abstract IReadOnlyList<Trial> Trials { get; }

    /// <summary>Makes one trial; notes any number of values of each quantity.</summary>
    /// <exception cref="TimeoutException">The lab did not come to where it can be measured.</exception>
    internal abstract void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop);

    /// <summary>vipd, and keepalived with the same settings.</summary>
    protected static IEnumerable<Trial> Both(string @case, ClusterOptions options) =>
        [new(@case, Vipd, options), new(@case, Keepalived, AllKeepalived(options))];

    /// <summary>And FRR, which a single virtual router can be compared with.</summary>
    protected static IEnumerable<Trial> AllThree(string @case, ClusterOptions options) =>
        [.. Both(@case, options), new(@case, Frr, options with { AllFrr = true })];

    protected static ClusterOptions AllKeepalived(ClusterOptions options) =>
        options with { KeepalivedMasters = options.Masters };

    /// <summary>
    /// The first master is Active and has all addresses before any other starts: a keepalived that is busy adding
    /// many of them meanwhile advertises late, and the others would claim.
    /// </summary>
    /// <param name="options">Their priorities descend.</param>
    /// <param name="withTap">False where it would use as much of the machine as the daemons.</param>
    /// <param name="stop">Gives up.</param>
    protected static Cluster StartFirstFirst(ClusterOptions options, bool withTap, CancellationToken stop)
    {
        var cluster = Cluster.Create(options);
        try
        {
            if (!withTap) cluster.Tap.Dispose();
            foreach (var master in cluster.Masters)
            {
                master.StartDaemon();
                master.WaitUntilDaemonReady();
                cluster.WaitUntilHeldBy(cluster.Masters[0], stop);
            }
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>"1 s", "200 ms".</summary>
    protected static string Text(TimeSpan time) => time >= TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.##} ms");

    protected static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
