using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation.Groups;

/// <summary>One daemon with one sync group, driven as the election loop drives it.</summary>
internal sealed class GroupNode
{
    private readonly GroupWorld _world;
    private readonly int _number;
    private readonly RouterParameters _parameters;
    private readonly Queue<(int Member, RouterEvent Event)> _inbox = new();
    private readonly bool[] _isLinkDown;
    private readonly bool[] _holds;
    private VirtualRouter[] _routers = [];
    private SyncGroup? _group;
    private MonotonicTime _standsUntil;
    private MonotonicTime _wakeAt = MonotonicTime.Never;

    public GroupNode(GroupWorld world, int number, RouterParameters parameters)
    {
        (_world, _number, _parameters) = (world, number, parameters);
        _isLinkDown = new bool[world.Members];
        _holds = new bool[world.Members];
    }

    public long Transitions { get; private set; }

    public bool IsRunning => _group is not null;

    public int CountActive => _routers.Count(router => router.State == RouterState.Active);

    public IEnumerable<RouterState> States => _routers.Select(router => router.State);

    public Priority Priority => _group!.Priority;

    public bool IsLinkUp(int lan) => !_isLinkDown[lan];

    /// <summary>It can be reached at the member's address.</summary>
    public bool Holds(int member) => _holds[member] && !_isLinkDown[member];

    public void Boot(Priority priority)
    {
        _routers = [.. Enumerable.Range(0, _world.Members).Select(member => new VirtualRouter(_parameters with
        {
            Priority = priority,
            PrimaryAddress = GroupWorld.AddressOf(_number, member),
            Sync = member == 0 ? SyncPlace.First : SyncPlace.Other,
        }))];
        _group = new SyncGroup(_routers);
        for (int member = 0; member < _routers.Length; member++)
        {
            if (_isLinkDown[member])
                Post(member, RouterEvent.FaultRaised(RouterFaults.Interface));
        }

        PostAll(RouterEvent.Startup());
    }

    /// <summary>Power off: the kernel's addresses go too.</summary>
    public void Die()
    {
        (_group, _routers) = (null, []);
        _inbox.Clear();
        Array.Clear(_holds);
    }

    public void Stop() => PostAll(RouterEvent.Shutdown());

    public void Start() => PostAll(RouterEvent.Startup(TransitionCause.Undrained));

    public void Stand(TimeSpan time) => _standsUntil = MonotonicTime.Max(_standsUntil, _world.Now + time);

    public void SetLink(int member, bool isUp)
    {
        _isLinkDown[member] = !isUp;
        Post(member, isUp
            ? RouterEvent.FaultCleared(RouterFaults.Interface)
            : RouterEvent.FaultRaised(RouterFaults.Interface));
    }

    public void SetEarned(int member, Priority priority)
    {
        _group?.SetEarned(member, priority);
        Wake(_world.Now);
    }

    public void Post(int member, RouterEvent told)
    {
        if (!IsRunning)
            return;
        _inbox.Enqueue((member, told));
        Wake(_world.Now);
    }

    public void Receive(int member, RouterEvent heard)
    {
        if (!_isLinkDown[member])
            Post(member, heard);
    }

    private void PostAll(RouterEvent told)
    {
        for (int member = 0; member < _routers.Length; member++)
            Post(member, told);
    }

    private void Wake(MonotonicTime at)
    {
        at = MonotonicTime.Max(MonotonicTime.Max(at, _standsUntil), _world.Now)
            + _world.Random.Between(TimeSpan.FromMicroseconds(5), _world.LongestWait);
        if (at >= _wakeAt && _wakeAt > _world.Now)
            return;
        _wakeAt = at;
        _world.Enter(at, () => Pass(at));
    }

    private void Pass(MonotonicTime planned)
    {
        if (planned != _wakeAt || _group is null)
            return;
        _wakeAt = MonotonicTime.Never;
        if (_standsUntil > _world.Now)
        {
            Wake(_standsUntil);
            return;
        }

        int activeBefore = CountActive;
        while (_inbox.TryDequeue(out (int Member, RouterEvent Event) next))
            Handle(next.Member, next.Event);
        Settle();
        for (int member = 0; member < _routers.Length; member++)
        {
            if (_routers[member].NextDeadline <= _world.Now)
                Handle(member, RouterEvent.DeadlineReached);
        }

        Settle();
        CheckRules(activeBefore);
        MonotonicTime due = _routers.Min(router => router.NextDeadline);
        if (due != MonotonicTime.Never)
            Wake(due);
    }

    private void Settle()
    {
        for (int told = 0; _group!.TryNext(out int member, out RouterEvent routerEvent); told++)
        {
            if (told > 100)
            {
                _world.Break($"node {_number} is told for ever: {routerEvent.Kind} to member {member}");
                return;
            }

            Handle(member, routerEvent);
        }
    }

    private void CheckRules(int activeBefore)
    {
        int active = CountActive;
        if (active > activeBefore && active < _routers.Length)
            _world.Break($"node {_number}: only {active} of {_routers.Length} members became Active");
        if (active > 0 && States.Any(state => state is RouterState.Fault or RouterState.Initialize))
            _world.Break($"node {_number}: {string.Join(' ', States)}");
    }

    private void Handle(int member, in RouterEvent routerEvent)
    {
        VirtualRouter router = _routers[member];
        foreach (RouterAction action in router.Handle(routerEvent, _world.Now).ToArray())
        {
            switch (action.Kind)
            {
                case RouterActionKind.SendAdvertisement:
                    _world.Send(member, _number, RouterEvent.AdvertisementReceived(
                        action.Priority, GroupWorld.AddressOf(_number, member), _parameters.AdvertisementInterval));
                    break;
                case RouterActionKind.AddAddresses:
                    _holds[member] = true;
                    break;
                case RouterActionKind.RemoveAddresses:
                    _holds[member] = false;
                    break;
                case RouterActionKind.Announce:
                    _world.Announce(member, _number, action);
                    break;
                case RouterActionKind.ReportTransition:
                    Transitions++;
                    break;
            }
        }
    }
}
