using System.Net;
using Serilog.Events;
using Vipd.Daemon.Configuration;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Valid configurations, of which a test names only what it is about.</summary>
internal static class Configurations
{
    public static CheckConfiguration Check(string name, CheckWeight? notReady = null, CheckWeight? down = null) => new(
        name,
        Interval: TimeSpan.FromMilliseconds(250),
        Timeout: TimeSpan.FromSeconds(2.5),
        Rise: 3,
        Fall: 2,
        new CheckWeights(notReady ?? CheckWeight.Lower(40), down ?? CheckWeight.Lower(80)),
        Apiserver(new Uri("https://127.0.0.1:6443/readyz"), "/nonexistent/ca.crt"));

    public static KubernetesApiserverSettings Apiserver(Uri url, string caFile) =>
        new(url) { CaFile = caFile, ServerName = "kubernetes" };

    public static HttpSettings Http(Uri url) => new(url) { ServerName = url.DnsSafeHost };

    public static VirtualRouterConfiguration Router(string name, params string[] checks) => new(
        name,
        new Vrid(51),
        [new VirtualAddress(IPAddress.Parse("192.0.2.100"), 32, true)],
        Interface: null,
        new Priority(100),
        new Centiseconds(20),
        Preempt: true,
        PreemptMargin: 1,
        PreemptDelay: TimeSpan.Zero,
        HoldDown: TimeSpan.FromSeconds(3),
        StartupDelay: TimeSpan.Zero,
        LeaseOptions.Auto,
        ChecksumIpv4PseudoHeader: true,
        checks,
        new AnnounceOptions([TimeSpan.Zero], TimeSpan.Zero),
        HookOptions.None);

    public static VipdConfiguration Daemon(
        IReadOnlyList<VirtualRouterConfiguration> routers, IReadOnlyList<CheckConfiguration> checks) => new(
        new MetricsOptions(null),
        new ControlOptions("/run/vipd/vipd.sock"),
        new LogOptions(LogEventLevel.Information, LogFormat.Text),
        RealtimeMode.Off,
        routers,
        checks);
}
