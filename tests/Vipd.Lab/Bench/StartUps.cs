using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;

namespace Vipd.Lab.Bench;

/// <summary>A daemon starts on a lonely master: how long until it can hear, until it says that it is ready.</summary>
internal sealed class StartUps(BenchOptions bench) : Measurement
{
    private const int StartsEachLab = 5;
    private const string Group = "120000E0"; // 224.0.0.18 as /proc/net/igmp writes it
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(0.2);
    private static readonly Quantity Hears = new("start to listening to the group", "ms");
    private static readonly Quantity Ready = new("start to READY", "ms");
    private static readonly Quantity Counts = new("start to its first Advertisement, less Active_Down_Interval", "ms");

    internal override string Name => "start";

    internal override string Title => "Start of the daemon on a master alone, with the 5 ms or so of the shell, setsid "
        + "and ip netns that start it; READY as systemd is told (keepalived tells a parent of that name only).";

    internal override string Goal => "at most 150 ms to the first packet that it could hear";

    internal override IReadOnlyList<Trial> Trials => [.. Both("200 ms", bench.Three with { Masters = 1 })];

    internal override void Play(Trial trial, Action<Quantity, double> note, CancellationToken stop)
    {
        using var cluster = Cluster.Create(trial.Options);
        var master = cluster.Masters[0];
        for (var i = 0; i < bench.Either(StartsEachLab, quick: 2); i++)
        {
            cluster.Tap.Clear();
            Start(master, cluster, note, stop);
            master.PowerOff();
        }
    }

    private static void Start(Master master, Cluster cluster, Action<Quantity, double> note, CancellationToken stop)
    {
        var path = master.Node.PathOf("notify.sock");
        File.Delete(path);
        using var notifications = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        notifications.Bind(new UnixDomainSocketEndPoint(path));
        using var memberships = master.Node.Namespace.Inside(() => File.OpenHandle("/proc/thread-self/net/igmp"));
        var startedAt = MonotonicClock.Now;
        master.StartDaemon("env", $"NOTIFY_SOCKET={path}");
        TimeSpan? hears = null;
        TimeSpan? ready = null;
        while (hears is null || (ready is null && !master.IsKeepalived))
        {
            stop.ThrowIfCancellationRequested();
            var now = MonotonicClock.Now;
            if (now - startedAt > Bound)
                throw new TimeoutException($"hears at {hears}, ready at {ready}. {master.Daemon!.Log}");
            if (hears is null && IsMember(memberships)) hears = now;
            if (ready is null && IsReady(notifications)) ready = now;
            Libc.SleepUntil(now + Nap);
        }
        Observe.Until(
            "an Advertisement", Bound, () => cluster.Tap.Advertisements.Count > 0, master.DaemonLogTail, stop);
        var first = cluster.Tap.Advertisements[0].At - cluster.Options.ActiveDownInterval;
        note(Hears, (hears.Value - startedAt).TotalMilliseconds);
        if (ready is not null) note(Ready, (ready.Value - startedAt).TotalMilliseconds);
        note(Counts, (first - startedAt).TotalMilliseconds);
    }

    private static bool IsMember(SafeFileHandle memberships)
    {
        Span<byte> text = stackalloc byte[4096];
        return text[..RandomAccess.Read(memberships, text, 0)].IndexOf(Encoding.ASCII.GetBytes(Group)) >= 0;
    }

    private static bool IsReady(Socket notifications)
    {
        Span<byte> text = stackalloc byte[4096];
        while (notifications.Available > 0)
        {
            if (text[..notifications.Receive(text)].IndexOf("READY=1"u8) >= 0) return true;
        }
        return false;
    }
}
