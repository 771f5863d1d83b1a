namespace Vipd.Vrrp.Election;

/// <summary>The actions of one event, reused for the next: no event makes more than <see cref="Capacity"/>.</summary>
internal sealed class ActionBuffer
{
    private const int Capacity = 16;

    private readonly RouterAction[] _actions = new RouterAction[Capacity];
    private int _count;

    public ReadOnlySpan<RouterAction> Actions => _actions.AsSpan(0, _count);

    public void Clear() => _count = 0;

    public void Add(in RouterAction action) => _actions[_count++] = action;
}
