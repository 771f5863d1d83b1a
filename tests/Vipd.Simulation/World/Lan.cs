using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>How well the LAN carries frames.</summary>
internal sealed record LanWeather(
    double Loss, double Duplication, double Reordering, TimeSpan ShortestDelay, TimeSpan LongestDelay)
{
    public static LanWeather Fair { get; } =
        new(0, 0, 0, TimeSpan.FromMicroseconds(20), TimeSpan.FromMicroseconds(300));

    public bool IsFair => Loss == 0 && Duplication == 0 && Reordering == 0 && LongestDelay <= Fair.LongestDelay;
}

/// <summary>
/// One broadcast domain: the nodes are participants 0 .. n-1, the client is participant n. Each ordered pair is a path
/// of its own that can be cut alone; frames of one path stay in order unless the weather reorders them.
/// </summary>
internal sealed class Lan
{
    private readonly Agenda _agenda;
    private readonly SeededRandom _random;
    private readonly int _participants;
    private readonly int[] _cuts;
    private readonly bool[] _linkDown;
    private readonly MonotonicTime[] _lastDelivery;

    public Lan(Agenda agenda, SeededRandom random, int nodes)
    {
        _agenda = agenda;
        _random = random;
        _participants = nodes + 1;
        _cuts = new int[_participants * _participants];
        _lastDelivery = new MonotonicTime[_cuts.Length];
        _linkDown = new bool[_participants];
    }

    public LanWeather Weather { get; set; } = LanWeather.Fair;

    public int Client => _participants - 1;

    public int CutPaths { get; private set; }

    /// <summary>Machines that stand still and take no frame.</summary>
    public int DeafNodes { get; set; }

    /// <summary>When an announcement last failed to reach the client.</summary>
    public MonotonicTime ClientMissedAt { get; private set; } = MonotonicTime.Origin;

    /// <summary>When the last frame arrives that was sent in bad weather: late, twice, or behind a later one.</summary>
    public MonotonicTime RoughUntil { get; private set; } = MonotonicTime.Origin;

    public long Frames { get; private set; }

    /// <summary>Nothing is cut and nothing is lost; a node whose own link is down is that node's matter.</summary>
    public bool IsCalm => CutPaths == 0 && Weather.IsFair && DeafNodes == 0;

    public void SetLink(int participant, bool up) => _linkDown[participant] = !up;

    /// <summary>Nothing is cut on the way; the links of both are their own matter.</summary>
    public bool IsPathOpen(int from, int to) => _cuts[Path(from, to)] == 0;

    public bool IsLinkUp(int participant) => !_linkDown[participant];

    public bool Reaches(int from, int to) => _cuts[Path(from, to)] == 0 && !_linkDown[from] && !_linkDown[to];

    public void Cut(int from, int to)
    {
        if (_cuts[Path(from, to)]++ == 0)
            CutPaths++;
    }

    public void Heal(int from, int to)
    {
        int path = Path(from, to);
        if (_cuts[path] > 0 && --_cuts[path] == 0)
            CutPaths--;
    }

    public void HealAll()
    {
        Array.Clear(_cuts);
        CutPaths = 0;
        Weather = LanWeather.Fair;
    }

    public void Send(in Frame frame)
    {
        for (int to = 0; to < _participants; to++)
        {
            if (to == frame.Sender || (to == Client && frame.IsAdvertisement))
                continue;
            Frames++;
            if (!Reaches(frame.Sender, to) || _random.Chance(Weather.Loss))
                Lose(to);
            else
                Carry(frame, to);
        }
    }

    private void Lose(int to)
    {
        if (to == Client)
            ClientMissedAt = _agenda.Now;
    }

    private void Carry(in Frame frame, int to)
    {
        int path = Path(frame.Sender, to);
        MonotonicTime at = _agenda.Now + _random.Between(Weather.ShortestDelay, Weather.LongestDelay);
        if (!_random.Chance(Weather.Reordering))
            at = MonotonicTime.Max(at, _lastDelivery[path]);
        _lastDelivery[path] = at;
        _agenda.Enter(at, new Happening(HappeningKind.Delivery, to, frame));
        if (_random.Chance(Weather.Duplication))
            _agenda.Enter(at + Weather.LongestDelay, new Happening(HappeningKind.Delivery, to, frame));
        if (!Weather.IsFair)
            RoughUntil = MonotonicTime.Max(RoughUntil, at + Weather.LongestDelay);
    }

    private int Path(int from, int to) => (from * _participants) + to;
}
