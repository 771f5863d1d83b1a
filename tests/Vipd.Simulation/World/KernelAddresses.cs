using Vipd.Vrrp;

namespace Vipd.Simulation.World;

/// <summary>
/// The virtual addresses on one node's interface, each with the end of its lease (valid_lft): they outlive the process
/// that put them there, but not for long.
/// </summary>
internal sealed class KernelAddresses(int count)
{
    private readonly MonotonicTime[] _until = new MonotonicTime[count];

    /// <summary>How many addresses are on the interface.</summary>
    public int Present { get; private set; }

    /// <summary>When the next lease ends.</summary>
    public MonotonicTime NextEnd
    {
        get
        {
            MonotonicTime next = MonotonicTime.Never;
            foreach (MonotonicTime end in _until)
            {
                if (end != MonotonicTime.Origin)
                    next = MonotonicTime.Min(next, end);
            }

            return next;
        }
    }

    public bool Has(int address) => _until[address] != MonotonicTime.Origin;

    public void Add(int first, int count, MonotonicTime until)
    {
        for (int i = first; i < first + count; i++)
        {
            if (!Has(i))
                Present++;
            _until[i] = until;
        }
    }

    /// <summary>Extends what is there; an address that somebody removed stays away.</summary>
    public void Renew(MonotonicTime until)
    {
        for (int i = 0; i < _until.Length; i++)
        {
            if (Has(i))
                _until[i] = until;
        }
    }

    /// <summary>The machine's clock stood still for that long.</summary>
    public void Extend(TimeSpan away)
    {
        for (int i = 0; i < _until.Length; i++)
        {
            if (Has(i))
                _until[i] += away;
        }
    }

    public bool Remove(int address)
    {
        if (!Has(address))
            return false;
        _until[address] = MonotonicTime.Origin;
        Present--;
        return true;
    }

    /// <summary>Removes all but the first <paramref name="count"/>.</summary>
    public void KeepFirst(int count)
    {
        for (int i = count; i < _until.Length; i++)
            Remove(i);
    }

    public void RemoveAll()
    {
        Array.Clear(_until);
        Present = 0;
    }

    /// <summary>The first address whose lease is over, now removed; -1 if there is none.</summary>
    public int TakeExpired(MonotonicTime now)
    {
        for (int i = 0; i < _until.Length; i++)
        {
            if (Has(i) && _until[i] <= now)
            {
                Remove(i);
                return i;
            }
        }

        return -1;
    }
}
