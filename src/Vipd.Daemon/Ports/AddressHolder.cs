using System.Net.Sockets;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The virtual addresses of one router on its interface. The kernel holds them under a lease: added with a lifetime
/// that is renewed at a third of it, so that a daemon that is dead or hangs cannot keep them.
/// </summary>
/// <remarks>
/// First add is CREATE|EXCL: an address that is there already and is not ours is used but never leased, tagged or
/// removed. A renewal is a REPLACE, which brings back what has expired and takes over what is an administrator's: so
/// the clock is read before and behind each, and what the kernel reports of an address decides whose it is.
/// </remarks>
internal sealed partial class AddressHolder
{
    /// <summary>
    /// IFA_PROTO of vipd's addresses (kernel 5.18 and later; see README): tells them from an administrator's after a
    /// crash.
    /// </summary>
    public const byte ProtocolTag = 112;

    private readonly AddressNetlink _netlink;
    private readonly Func<MonotonicTime> _clock;
    private readonly AddressRequest[] _requests;
    private readonly AddressRequest[] _renewals;
    private readonly LeaseSchedule? _schedule;
    private readonly Holding[] _holdings;
    private readonly Strangers[] _strangers;

    /// <summary>Removals of ours that put an address back at once, and whose reports are still to come.</summary>
    private readonly byte[] _ownRemovals;

    private readonly int[] _errors;
    private int _held;
    private bool _kernelTags;

    /// <summary>Added and perhaps not reached yet: from this address on, up to the other one.</summary>
    private (int First, int End) _fresh;

    /// <param name="netlink">Shared by the routers of one election thread.</param>
    /// <param name="requests">One a virtual address, with lifetimes and tag, mode CreateExclusive.</param>
    /// <param name="lease">The lifetime in the requests; null if they are for ever.</param>
    /// <param name="clock">The time now: a request may take long, since the process may be stopped in it.</param>
    /// <param name="phase">See <see cref="LeaseSchedule"/>.</param>
    public AddressHolder(
        AddressNetlink netlink,
        AddressRequest[] requests,
        TimeSpan? lease,
        Func<MonotonicTime> clock,
        double phase = 1)
    {
        _netlink = netlink;
        _clock = clock;
        _requests = requests;
        _renewals = [.. requests.Select(request => request with { Mode = AddressMode.Replace })];
        _schedule = lease is { } lifetime ? new LeaseSchedule(requests.Length, lifetime, phase) : null;
        _holdings = new Holding[requests.Length];
        _strangers = new Strangers[requests.Length];
        _ownRemovals = new byte[requests.Length];
        _errors = new int[2 * requests.Length];
    }

    private enum Holding : byte
    {
        None,
        Ours,

        /// <summary>Somebody else's, used as long as this router is Active.</summary>
        Foreign,

        /// <summary>Ours, and to be removed: the kernel has not done it.</summary>
        Leaving,
    }

    /// <summary>What somebody else has put on the interface.</summary>
    [Flags]
    private enum Strangers : byte
    {
        None = 0,
        SamePrefix = 1,
        OtherPrefix = 2,
    }

    /// <summary>
    /// See <see cref="IRouterPorts.NextRenewal"/>: a deadline that renews nothing would never go away.
    /// </summary>
    public MonotonicTime NextRenewal => _held == 0 || _schedule is null ? MonotonicTime.Never : _schedule.Deadline;

    /// <summary>Of the router.</summary>
    public int Count => _requests.Length;

    /// <summary>With which it is, or would be, put on the interface.</summary>
    public byte PrefixLengthOf(int address) => _requests[address].PrefixLength;

    /// <summary>See <see cref="IRouterPorts.IsForeign"/>.</summary>
    public bool IsForeign(int address) => _strangers[address] != Strangers.None;

    /// <summary>This router put it on the interface.</summary>
    public bool IsOurs(int address) => _holdings[address] == Holding.Ours;

    public LinuxException? Add(int first, int count, MonotonicTime now)
    {
        for (int i = first; i < first + count; i++)
            _netlink.Add(IsFromHere(i) ? _renewals[i] : _requests[i]);
        LinuxException? refused = Commit();
        if (refused is not null)
            return refused;
        IReadOnlyList<InterfaceAddress>? present = null;
        for (int i = 0; i < count; i++)
        {
            // Each: one that is there and not known to be ours would never be removed.
            LinuxException? one = Settle(first + i, _errors[i], now, ref present);
            refused ??= one;
        }

        // What had been ours all along has less than a whole lease left.
        if (_netlink.PendingCount > 0)
        {
            LinuxException? renewal = Commit();
            refused ??= renewal;
        }

        _fresh = _fresh.First < _fresh.End
            ? (Math.Min(_fresh.First, first), Math.Max(_fresh.End, first + count))
            : (first, first + count);
        return refused;
    }

    /// <summary>See <see cref="IRouterPorts.AreReached"/>. What the kernel won't tell is not waited for.</summary>
    public bool AreReached()
    {
        try
        {
            while (_fresh.First < _fresh.End)
            {
                ref readonly AddressRequest added = ref _requests[_fresh.First];
                if (added.Address.Length == 16 && !_netlink.IsLocal(added.Address, added.Interface))
                    return false;
                _fresh.First++;
            }
        }
        catch (LinuxException)
        {
            _fresh = default;
        }

        return true;
    }

    /// <summary>See <see cref="IRouterPorts.RemoveAddresses"/>.</summary>
    public LinuxException? Remove()
    {
        for (int i = 0; i < _holdings.Length; i++)
        {
            bool goes = IsFromHere(i);
            if (goes)
                _netlink.Delete(_requests[i]);
            _holdings[i] = goes ? Holding.Leaving : Holding.None;
        }

        _held = 0;
        _fresh = default;
        _schedule?.Clear();
        if (Commit() is { } nothingDone)
            return nothingDone;
        LinuxException? refused = null;
        int answer = 0;
        for (int i = 0; i < _holdings.Length; i++)
        {
            if (_holdings[i] != Holding.Leaving)
                continue;
            int error = _errors[answer++];
            if (error is 0 or AddressErrno.NotThere or AddressErrno.NoInterface)
                _holdings[i] = Holding.None;
            else
                refused ??= new LinuxException("RTM_DELADDR", error);
        }

        return refused;
    }

    /// <summary>See <see cref="IRouterPorts.Renew"/>.</summary>
    public bool Renew(MonotonicTime now)
    {
        if (_schedule is null || _held == 0)
            return true;
        if (!_schedule.IsOver(_schedule.First, now))
        {
            for (int i = _schedule.First; i < _schedule.End; i++)
            {
                if (_holdings[i] == Holding.Ours)
                    _netlink.Add(_renewals[i]);
            }

            // A failure shows as the address being gone, and the monitor tells of that.
            if (_netlink.PendingCount > 0)
                Commit();
            if (!_schedule.IsOver(_schedule.First, _clock()))
            {
                _schedule.Advance(now);
                return true;
            }
        }

        // A REPLACE brings back an address that has expired, and somebody else may hold it by now.
        Remove();
        return false;
    }

    /// <summary>See <see cref="IRouterPorts.Observe"/>.</summary>
    public AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now)
    {
        if (sighting.PrefixLength != _requests[address].PrefixLength)
        {
            Mark(address, Strangers.OtherPrefix, sighting.IsPresent);
            return AddressNews.None;
        }

        if (sighting.IsPresent)
        {
            ObservePresent(address, sighting);
            return AddressNews.None;
        }

        Mark(address, Strangers.SamePrefix, false);
        if (_ownRemovals[address] > 0)
        {
            _ownRemovals[address]--;
            return AddressNews.None;
        }

        Holding was = _holdings[address];
        bool hasExpired = was == Holding.Ours && _schedule?.IsOver(address, now) == true;
        Change(address, Holding.None);
        return was is Holding.None or Holding.Leaving ? AddressNews.None
            : hasExpired ? AddressNews.Expired : AddressNews.Taken;
    }

    /// <summary>
    /// Takes one of ours off and puts it back in one go: the kernel then has it behind the interface's own addresses.
    /// </summary>
    public LinuxException? PutBehind(int address)
    {
        _netlink.Delete(_requests[address]);
        _netlink.Add(_requests[address]);
        LinuxException? refused = Commit();
        if (refused is null && _errors[0] == 0)
            _ownRemovals[address]++;
        if (refused is null && _errors[1] is not (0 or AddressErrno.AlreadyThere))
            refused = new LinuxException("RTM_NEWADDR", _errors[1]);
        return refused;
    }

    /// <summary>See <see cref="IRouterPorts.ForgetOwnRemovals"/>.</summary>
    public void ForgetOwnRemovals() => Array.Clear(_ownRemovals);

    /// <summary>Whose is it now? Somebody may have replaced ours, or ours has come after theirs went.</summary>
    private void ObservePresent(int address, in AddressSighting sighting)
    {
        bool tagged = sighting.ProtocolTag == ProtocolTag;
        bool isOurs = IsFromHere(address);
        _kernelTags |= tagged && isOurs;
        bool foreign = isOurs
            ? sighting.ProtocolTag is { } tag
                ? tag != ProtocolTag
                : _kernelTags || (_schedule is not null && sighting.ValidSeconds == AddressRequest.ForEver)
            : !tagged && (sighting.ProtocolTag is not null || _kernelTags || !LooksLeased(sighting.ValidSeconds));
        Mark(address, Strangers.SamePrefix, foreign);
        if (isOurs && foreign)
            Change(address, IsOurs(address) ? Holding.Foreign : Holding.None);
    }

    /// <summary>This router put it on the interface and has not seen it go.</summary>
    private bool IsFromHere(int address) => _holdings[address] is Holding.Ours or Holding.Leaving;

    private void Hold(int address, MonotonicTime since, MonotonicTime now)
    {
        Change(address, Holding.Ours);
        _schedule?.Begin(address, since, now);
    }

    private void Change(int address, Holding to)
    {
        if (_holdings[address] == Holding.Ours)
            _held--;
        if (to == Holding.Ours)
            _held++;
        _holdings[address] = to;
        if (_held == 0)
            _schedule?.Clear();
    }

    private void Mark(int address, Strangers kind, bool present)
    {
        if (present)
            _strangers[address] |= kind;
        else
            _strangers[address] &= ~kind;
    }

    /// <summary>Nobody else gives an address seconds to live: how ours are told where there is no tag.</summary>
    private bool LooksLeased(uint validSeconds) =>
        _schedule is not null && validSeconds <= _renewals[0].ValidSeconds;

    /// <summary>What the kernel made of each request is in _errors, unless it refused them as a whole.</summary>
    private LinuxException? Commit()
    {
        try
        {
            _netlink.Commit(_errors);
            return null;
        }
        catch (LinuxException refused)
        {
            return refused;
        }
    }

    private LinuxException? Settle(int address, int error, MonotonicTime now, ref IReadOnlyList<InterfaceAddress>? all)
    {
        if (error is not (0 or AddressErrno.AlreadyThere))
            return new LinuxException("RTM_NEWADDR", error);
        bool ours = error == 0;
        if (!ours)
        {
            try
            {
                all ??= _netlink.ListAddresses(AddressFamily.Unspecified);
            }
            catch (LinuxException refused)
            {
                return refused;
            }

            ours = WasOurs(address, all);
            if (ours)
                _netlink.Add(_renewals[address]);
        }

        if (ours)
            Hold(address, now, now);
        else
            Change(address, Holding.Foreign);
        Mark(address, Strangers.SamePrefix, !ours);
        return null;
    }

    /// <summary>
    /// An addition whose answer was lost, or a report of its end that was older than it: it carries our mark.
    /// </summary>
    private bool WasOurs(int address, IReadOnlyList<InterfaceAddress> all)
    {
        AddressRequest request = _requests[address];
        InterfaceAddress? found = all.FirstOrDefault(other =>
            other.Interface == request.Interface && other.PrefixLength == request.PrefixLength
            && IpOctets.From(other.Address).Equals(request.Address));
        return found is not null && (found.ProtocolTag == ProtocolTag || (found.ProtocolTag is null && !_kernelTags
            && found.PreferredSeconds == 0 && LooksLeased(found.ValidSeconds)));
    }
}
