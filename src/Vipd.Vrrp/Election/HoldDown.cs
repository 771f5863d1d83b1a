namespace Vipd.Vrrp.Election;

/// <summary>
/// Beyond the RFC: the holder of the addresses is harder to unseat than to elect. A trouble that all nodes share (etcd
/// elects a leader, the disks are slow) lowers their priorities at different moments, and each difference would move
/// the addresses on. So the first move is made at once, and after it a Backup Router preempts only an Active Router
/// that has been worse for a while without a break: <paramref name="first"/>, doubled with each further move, until a
/// minute has passed without a move and without anybody who had to wait.
/// </summary>
/// <remarks>
/// Nothing else waits for it: an Active Router that resigned or fell silent is replaced as ever, and each such
/// take-over counts as a move, because the death of a node makes etcd elect too. And a holder that was worse from the
/// beginning (it claimed first by the spread) is preempted at once.
/// </remarks>
internal struct HoldDown(TimeSpan first)
{
    /// <summary>Later moves no longer double it: three seconds become 24 at most.</summary>
    private const int MostMoves = 4;

    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private TimeSpan _first = first;
    private InternetAddress? _holder;
    private InternetAddress? _accepted;
    private MonotonicTime _lastTrouble;
    private int _moves;

    /// <summary>Another wait; what has moved so far is remembered.</summary>
    public void Reconfigure(TimeSpan first) => _first = first;

    /// <summary>Who holds the addresses: a move, if it is another router than before.</summary>
    public void Hear(InternetAddress holder, MonotonicTime now)
    {
        if (_holder is { } before && before != holder)
        {
            _moves = Remembers(now) ? Math.Min(_moves + 1, MostMoves) : 1;
            _lastTrouble = now;
        }

        _holder = holder;
    }

    /// <summary>It was heard and is not to be preempted: as a holder it is hard to unseat.</summary>
    public void Accept(InternetAddress router) => _accepted = router;

    /// <summary>Whoever is heard next has not taken the addresses from anybody.</summary>
    public void ForgetHolder() => _holder = null;

    /// <summary>The holder has been worse for that time: whether it must be put up with for longer.</summary>
    public bool Protects(TimeSpan isWorseFor, MonotonicTime now)
    {
        if (isWorseFor >= At(now))
            return false;
        _lastTrouble = now;
        return true;
    }

    /// <summary>How long the holder must have been worse before it is preempted; zero while all is calm.</summary>
    public readonly TimeSpan At(MonotonicTime now) =>
        _accepted == _holder && Remembers(now) ? TimeSpan.FromTicks(_first.Ticks << (_moves - 1)) : TimeSpan.Zero;

    /// <summary>See <see cref="VirtualRouter.SaveState"/>.</summary>
    public void Carry(ref StateTransfer transfer)
    {
        transfer.Carry(ref _holder);
        transfer.Carry(ref _accepted);
        transfer.Carry(ref _lastTrouble);
        transfer.Carry(ref _moves, 0, MostMoves);
    }

    private readonly bool Remembers(MonotonicTime now) => _moves > 0 && now - _lastTrouble < Memory;
}
