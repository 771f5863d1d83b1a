namespace Vipd.Lab.Traffic;

/// <summary>One answer as it came in.</summary>
public sealed record Answer(TimeSpan Sent, TimeSpan Received, string Node);

/// <summary>One packet; unanswered when the last two are null.</summary>
public sealed record ProbedPacket(TimeSpan Sent, TimeSpan? Answered, string? Node);

/// <summary>
/// From one node's last answer to another's first, in the order in which the client asked: answers of two nodes to
/// packets a millisecond apart may overtake each other.
/// </summary>
public sealed record AnswererChange(string From, string To, TimeSpan At);

/// <summary>A stretch without answers, from the last answered packet to the next answered one, by send time.</summary>
public sealed record Gap(TimeSpan From, TimeSpan Until)
{
    public double Milliseconds => (Until - From).TotalMilliseconds;
}

/// <summary>What the client saw.</summary>
public sealed record ProbeResult(IReadOnlyList<ProbedPacket> Packets)
{
    /// <summary>
    /// A later answer counts as none: packets that the client's kernel held back during an outage, while ARP was
    /// unanswered, and delivered after it must not make the outage look shorter.
    /// </summary>
    public static readonly TimeSpan AnswerBound = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Of the probe's thousand packets a second a machine with other work loses single ones; a gap of the VIP's costs
    /// hundreds (Active_Down_Interval: 722).
    /// </summary>
    public const int LostByTheMachine = 50;

    public int Sent => Packets.Count;

    public int Answered => Packets.Count(p => p.Answered is not null);

    public int Lost => Sent - Answered;

    /// <summary>
    /// The longest gap by send time, in ms; 1 ms is the probe's own spacing. An unanswered end counts, the unanswered
    /// start (before the first answer) does not. NaN when nothing was ever answered.
    /// </summary>
    public double LongestGapMilliseconds =>
        Answered == 0 ? double.NaN : Gaps(TimeSpan.Zero).Select(g => g.Milliseconds).DefaultIfEmpty(0).Max();

    /// <summary>
    /// The same as if the client had begun to ask when its first answer came. What it asked before may be answered,
    /// too: while it asks by ARP its kernel holds some packets back and loses those in between, which is no gap of the
    /// VIP's.
    /// </summary>
    public ProbeResult SinceFirstAnswer
    {
        get
        {
            if (Packets.MinBy(p => p.Answered ?? TimeSpan.MaxValue) is not { Answered: { } at } first) return this;
            return new ProbeResult([first with { Sent = at }, .. Packets.Where(p => p.Sent > at)]);
        }
    }

    /// <summary>
    /// The longest time between two answers arriving, in ms: longer than the gap where the client's kernel held packets
    /// back while it asked by ARP, and where the probe itself was late (<see cref="WorstSendLatenessMilliseconds"/>).
    /// </summary>
    public double LongestSilenceMilliseconds
    {
        get
        {
            var times = Packets.Where(p => p.Answered is not null).Select(p => p.Answered!.Value).Order().ToList();
            return times.Zip(times.Skip(1), (a, b) => (b - a).TotalMilliseconds).DefaultIfEmpty(double.NaN).Max();
        }
    }

    /// <summary>How far the probe itself fell behind its schedule: a gap below this may be the machine's.</summary>
    public double WorstSendLatenessMilliseconds =>
        Packets.Select((p, i) => (p.Sent - Packets[0].Sent - (Probe.Period * i)).TotalMilliseconds)
            .DefaultIfEmpty(0).Max();

    /// <summary>Each time that another node than before answered.</summary>
    public IReadOnlyList<AnswererChange> Changes
    {
        get
        {
            var answers = Packets.Where(p => p.Node is not null).ToList();
            return
            [
                .. answers.Zip(answers.Skip(1)).Where(pair => pair.First.Node != pair.Second.Node)
                    .Select(pair => new AnswererChange(
                        pair.First.Node!, pair.Second.Node!, pair.Second.Answered!.Value)),
            ];
        }
    }

    /// <summary>When the node's first answer to a packet sent after the time arrived.</summary>
    public TimeSpan? FirstAnswerBy(string node, TimeSpan after) =>
        Packets.Where(p => p.Node == node && p.Sent > after).Select(p => p.Answered).Min();

    /// <summary>Packets lost, by the node that answered the one before: who gave up too early, or died.</summary>
    public IReadOnlyDictionary<string, int> Losses()
    {
        var losses = new Dictionary<string, int>();
        string? before = null;
        foreach (var packet in Packets)
        {
            if (packet.Node is not null) before = packet.Node;
            else if (before is not null) losses[before] = losses.GetValueOrDefault(before) + 1;
        }
        return losses;
    }

    /// <summary>Gaps in which at least one packet was lost and which lasted at least so long.</summary>
    public IReadOnlyList<Gap> Gaps(TimeSpan atLeast)
    {
        var gaps = new List<Gap>();
        TimeSpan? lastAnswered = null;
        var lostSince = false;
        foreach (var packet in Packets)
        {
            if (packet.Answered is null)
            {
                lostSince = lastAnswered is not null;
                continue;
            }
            if (lostSince) gaps.Add(new Gap(lastAnswered!.Value, packet.Sent));
            (lastAnswered, lostSince) = (packet.Sent, false);
        }
        if (lostSince) gaps.Add(new Gap(lastAnswered!.Value, Packets[^1].Sent));
        return [.. gaps.Where(g => g.Until - g.From >= atLeast)];
    }
}
