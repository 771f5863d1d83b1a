using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Measures a take-over: due time to first Advertisement, Advertisement to last address added, Advertisement to every
/// address announced once. The clock is read for a take-over alone.
/// </summary>
internal sealed class TakeOverStopwatch(RouterCounters counters, int addressCount)
{
    private MonotonicTime? _due;
    private MonotonicTime _advertisedAt;
    private bool _adding;
    private bool _announcing;

    public void Begin(MonotonicTime due) => _due = due;

    public void AdvertisementSent(Func<MonotonicTime> clock)
    {
        if (_due is not { } due)
            return;
        _due = null;
        _advertisedAt = clock();
        _adding = true;
        _announcing = true;
        counters.FailoverDetect.Record(_advertisedAt - due);
    }

    public void AddressesAdded(int upTo, Func<MonotonicTime> clock)
    {
        if (!_adding || upTo < addressCount)
            return;
        _adding = false;
        counters.FailoverClaim.Record(clock() - _advertisedAt);
    }

    public void Announced(int upTo, Func<MonotonicTime> clock)
    {
        if (!_announcing || upTo < addressCount)
            return;
        _announcing = false;
        counters.FailoverAnnounce.Record(clock() - _advertisedAt);
    }
}
