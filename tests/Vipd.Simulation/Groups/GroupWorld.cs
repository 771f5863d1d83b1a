using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Groups;

/// <summary>
/// Nodes with a sync group each on a virtual clock: every member has a LAN of its own, on which a node's address stands
/// in another order than on the other LANs. What is sent, lost and late is drawn from the seed.
/// </summary>
internal sealed class GroupWorld
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromMicroseconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMicroseconds(300);

    private readonly PriorityQueue<Action, (MonotonicTime, long)> _agenda = new();
    private readonly HashSet<(int Lan, int From, int To)> _cuts = [];
    private long _order;

    public GroupWorld(ulong seed, int nodes, int members, RouterParameters parameters)
    {
        Random = new SeededRandom(seed);
        Members = members;
        Clients = [.. Enumerable.Range(0, members).Select(_ => new Client(parameters.AddressCount))];
        Nodes = [.. Enumerable.Range(0, nodes).Select(number => new GroupNode(this, number, parameters))];
    }

    public SeededRandom Random { get; }

    public int Members { get; }

    public GroupNode[] Nodes { get; }

    /// <summary>One on each LAN; no announcement to it is lost or late.</summary>
    public Client[] Clients { get; }

    public MonotonicTime Now { get; private set; } = new(1_000_000_000_000);

    /// <summary>Of all frames.</summary>
    public double Loss { get; set; }

    /// <summary>How long a node that has something to do may have to wait for a processor.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>What went wrong first, or null.</summary>
    public string? Broken { get; private set; }

    /// <summary>Another order on each LAN.</summary>
    public static InternetAddress AddressOf(int node, int lan) =>
        InternetAddress.Parse($"192.0.{lan}.{(lan % 2 == 0 ? 11 + node : 99 - node)}");

    /// <summary>The node whose members are all Active, while no other node has one; null: there is none.</summary>
    public GroupNode? Holder() =>
        Nodes.Where(node => node.CountActive > 0).ToArray() is [var sole] && sole.CountActive == Members ? sole : null;

    /// <summary>Whom the clients of the member's LAN believe has the address that they look for.</summary>
    public bool IsAnswered(int member)
    {
        foreach (int believed in Clients[member].Cache)
        {
            if (believed == Client.Nobody || !Nodes[believed].Holds(member))
                return false;
        }

        return true;
    }

    public void Break(string what) => Broken ??= $"{Now.Nanoseconds / 1e9:F6}: {what}";

    public void Enter(MonotonicTime at, Action happening) => _agenda.Enqueue(happening, (at, _order++));

    public void Run(TimeSpan time, Action? afterEach = null)
    {
        MonotonicTime end = Now + time;
        while (_agenda.TryPeek(out _, out (MonotonicTime At, long) next) && next.At <= end)
        {
            Now = MonotonicTime.Max(Now, next.At);
            _agenda.Dequeue()();
            afterEach?.Invoke();
        }

        Now = end;
    }

    public void Cut(int lan, int from, int to) => _cuts.Add((lan, from, to));

    public void Heal()
    {
        _cuts.Clear();
        Loss = 0;
    }

    public void Announce(int lan, int from, in RouterAction announce)
    {
        if (Nodes[from].IsLinkUp(lan))
            Clients[lan].Hear(announce.First, announce.Count, from);
        for (int address = announce.First; address < announce.First + announce.Count; address++)
            Send(lan, from, RouterEvent.AnnouncementHeard(address));
    }

    public void Send(int lan, int from, RouterEvent heard)
    {
        if (!Nodes[from].IsLinkUp(lan))
            return;
        for (int to = 0; to < Nodes.Length; to++)
        {
            if (to == from || _cuts.Contains((lan, from, to)) || Random.Chance(Loss))
                continue;
            GroupNode target = Nodes[to];
            Enter(Now + Random.Between(ShortestDelay, LongestDelay), () => target.Receive(lan, heard));
        }
    }
}
