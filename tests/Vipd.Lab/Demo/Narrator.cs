using System.Globalization;
using System.Net;
using Vipd.Lab.Masters;
using Vipd.Lab.Wire;

namespace Vipd.Lab.Demo;

/// <summary>Says what happens, when it happens: who holds the VIP, who claims it, who resigns.</summary>
internal sealed class Narrator : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);
    private readonly Cluster _cluster;
    private readonly TimeSpan _start = MonotonicClock.Now;
    private readonly Thread _thread;
    private readonly Dictionary<IPAddress, int> _lastPriority = [];
    private volatile bool _stop;

    internal Narrator(Cluster cluster)
    {
        _cluster = cluster;
        _cluster.Tap.AdvertisementPassed += OnAdvertisement;
        _thread = new Thread(WatchHolders) { Name = "narrator", IsBackground = true };
        _thread.Start();
    }

    internal void Say(string text) => Say(MonotonicClock.Now, text);

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _cluster.Tap.AdvertisementPassed -= OnAdvertisement;
    }

    private void Say(TimeSpan at, string text) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{(at - _start).TotalSeconds,8:0.000} s  {text}"));

    private void OnAdvertisement(AdvertisementSeen advertisement)
    {
        if (_lastPriority.TryGetValue(advertisement.Source, out var before) && before == advertisement.Priority) return;
        _lastPriority[advertisement.Source] = advertisement.Priority;
        var name = _cluster.MasterAt(advertisement.Source).Name;
        Say(advertisement.At, advertisement.Resigns
            ? $"  {name} resigns (priority 0)"
            : $"  {name} advertises priority {advertisement.Priority}");
    }

    private void WatchHolders()
    {
        var before = "";
        while (!_stop)
        {
            var now = string.Join(" and ", _cluster.HoldersOfVip().Select(m => m.Name).DefaultIfEmpty("nobody"));
            if (now != before) Say($"  {_cluster.Vip} is on {now}");
            before = now;
            Thread.Sleep(LookInterval);
        }
    }
}
