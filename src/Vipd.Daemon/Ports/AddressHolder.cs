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
/// removed.
/// </remarks>
internal sealed class AddressHolder
{
    /// <summary>
    /// IFA_PROTO of vipd's addresses (kernel 5.18 and later; see README): tells them from an administrator's after a
    /// crash.
    /// </summary>
    public const byte ProtocolTag = 112;

    /// <summary>
    /// Renewals a call: 255 in one batch take 0.8 ms, and the election must not wait longer than 1 ms.
    /// </summary>
    private const int RenewalSlice = 128;

    private readonly AddressNetlink _netlink;
    private readonly AddressRequest[] _requests;
    private readonly AddressRequest[] _renewals;
    private readonly TimeSpan? _lease;
    private readonly Holding[] _holdings;
    private readonly int[] _queued;
    private readonly int[] _errors;
    private MonotonicTime _renewedAt;
    private MonotonicTime _renewalBegan;
    private MonotonicTime _nextRenewal = MonotonicTime.Never;
    private int _renewalCursor;
    private int _held;

    /// <param name="netlink">Shared by the routers of one election thread.</param>
    /// <param name="requests">One a virtual address, with lifetimes and tag, mode CreateExclusive.</param>
    /// <param name="lease">The lifetime in the requests; null if they are for ever.</param>
    public AddressHolder(AddressNetlink netlink, AddressRequest[] requests, TimeSpan? lease)
    {
        _netlink = netlink;
        _requests = requests;
        _renewals = [.. requests.Select(request => request with { Mode = AddressMode.Replace })];
        _lease = lease;
        _holdings = new Holding[requests.Length];
        _queued = new int[requests.Length];
        _errors = new int[requests.Length];
    }

    private enum Holding : byte
    {
        None,
        Ours,
        Foreign,
    }

    /// <summary>
    /// See <see cref="IRouterPorts.NextRenewal"/>: a deadline that renews nothing would never go away.
    /// </summary>
    public MonotonicTime NextRenewal => _held == 0 ? MonotonicTime.Never : _nextRenewal;

    public LinuxException? Add(int first, int count, MonotonicTime now)
    {
        if (_held == 0)
            StartLease(now);
        int queued = 0;
        for (int i = first; i < first + count; i++)
        {
            _netlink.Add(_holdings[i] == Holding.Ours ? _renewals[i] : _requests[i]);
            _queued[queued++] = i;
        }

        LinuxException? refused = Commit();
        if (refused is not null)
            return refused;
        for (int i = 0; i < queued; i++)
            refused ??= Settle(_queued[i], _errors[i]);
        return refused;
    }

    public LinuxException? Remove()
    {
        int queued = 0;
        for (int i = 0; i < _holdings.Length; i++)
        {
            if (_holdings[i] == Holding.Ours)
            {
                _netlink.Delete(_requests[i]);
                queued++;
            }

            _holdings[i] = Holding.None;
        }

        _held = 0;
        _nextRenewal = MonotonicTime.Never;
        LinuxException? refused = Commit();
        for (int i = 0; i < queued && refused is null; i++)
        {
            if (_errors[i] is not (0 or AddressErrno.NotThere or AddressErrno.NoInterface))
                refused = new LinuxException("RTM_DELADDR", _errors[i]);
        }

        return refused;
    }

    /// <summary>See <see cref="IRouterPorts.Renew"/>.</summary>
    public bool Renew(MonotonicTime now)
    {
        if (_lease is not { } lease || _held == 0)
            return true;
        if (now - _renewedAt >= lease)
        {
            // REPLACE would bring back an address that has expired, and somebody else may hold it by now.
            Remove();
            return false;
        }

        if (_renewalCursor == 0)
            _renewalBegan = now;
        int queued = 0;
        for (; _renewalCursor < _requests.Length && queued < RenewalSlice; _renewalCursor++)
        {
            if (_holdings[_renewalCursor] != Holding.Ours)
                continue;
            _netlink.Add(_renewals[_renewalCursor]);
            queued++;
        }

        // A failure shows as the address being gone, and the monitor tells of that.
        Commit();
        if (_renewalCursor >= _requests.Length)
            StartLease(_renewalBegan);
        return true;
    }

    /// <summary>
    /// Takes over what a former holder has of the same addresses, and the rest of their lease. The former one is left
    /// with the others that are its own, which are returned: they are to be removed.
    /// </summary>
    /// <param name="former">With the same prefix lengths.</param>
    /// <param name="formerNumbers">For each address its number there; negative if it is new.</param>
    /// <param name="now">If the lease is another one, the kernel learns it at once.</param>
    public IReadOnlyList<IpOctets> Inherit(
        AddressHolder former, ReadOnlySpan<int> formerNumbers, MonotonicTime now)
    {
        for (int i = 0; i < formerNumbers.Length; i++)
        {
            if (formerNumbers[i] < 0)
                continue;
            ref Holding holding = ref former._holdings[formerNumbers[i]];
            _holdings[i] = holding;
            _held += holding == Holding.Ours ? 1 : 0;
            former._held -= holding == Holding.Ours ? 1 : 0;
            holding = Holding.None;
        }

        TimeSpan unexpired = former._lease is { } lease ? lease - (now - former._renewedAt) : TimeSpan.MaxValue;
        _renewedAt = _lease is { } own && unexpired < own ? now + -(own - unexpired) : now;
        if (_lease is not null)
            _nextRenewal = _lease == former._lease ? former._nextRenewal : now;
        return [.. former._requests.Where((_, i) => former._holdings[i] == Holding.Ours).Select(left => left.Address)];
    }

    /// <summary>See <see cref="IRouterPorts.WasTaken"/>.</summary>
    public bool WasTaken(int address)
    {
        if (_holdings[address] == Holding.None)
            return false;
        if (_holdings[address] == Holding.Ours)
            _held--;
        _holdings[address] = Holding.None;
        return true;
    }

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

    /// <summary>The lease counts from the first slice: its addresses are the first to expire.</summary>
    private void StartLease(MonotonicTime at)
    {
        _renewedAt = at;
        _renewalCursor = 0;
        _nextRenewal = _lease is { } lease ? at + (lease / 3) : MonotonicTime.Never;
    }

    private LinuxException? Settle(int address, int error)
    {
        switch (error)
        {
            case 0 when _holdings[address] != Holding.Ours:
                _holdings[address] = Holding.Ours;
                _held++;
                return null;
            case 0:
                return null;
            case AddressErrno.AlreadyThere:
                _holdings[address] = Holding.Foreign;
                return null;
            default:
                return new LinuxException("RTM_NEWADDR", error);
        }
    }
}
