using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Control;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Control;

public sealed class PageServerTests
{
    private readonly SampleBoards _boards = new();
    private readonly MetricsPages _pages;

    public PageServerTests()
    {
        var metrics = new VipdMetrics(_boards.Board, [_boards.Check], [_boards.Hooks], new ReloadOutcome());
        var report = new StatusReport(_boards.Board, [_boards.Check], _boards.Liveness, TimeProvider.System);
        _pages = new MetricsPages(_boards.Board, _boards.Liveness, metrics.Exposition, report);
    }

    [Fact]
    public void Healthz_says_whether_the_election_loop_makes_passes()
    {
        _boards.Pass();
        Assert.Equal(200, _pages.Find("/healthz").StatusCode);

        _boards.NowNanoseconds += 3_100_000_000;
        Assert.Equal(503, _pages.Find("/healthz").StatusCode);
    }

    [Fact]
    public void Readyz_says_whether_the_election_loop_takes_part()
    {
        Assert.Equal(503, _pages.Find("/readyz").StatusCode);

        _boards.Pass();
        Assert.Equal(200, _pages.Find("/readyz").StatusCode);
    }

    [Theory]
    [InlineData(RouterState.Initialize, 503)]
    [InlineData(RouterState.Backup, 503)]
    [InlineData(RouterState.Active, 200)]
    [InlineData(RouterState.Fault, 503)]
    public void Active_NAME_is_200_only_while_Active(RouterState state, int statusCode)
    {
        _boards.Pass();
        _boards.Become(state, TransitionCause.Startup);

        Assert.Equal(statusCode, _pages.Find("/active/apiserver").StatusCode);
    }

    [Fact]
    public void An_Active_Router_whose_loop_hangs_is_not_Active()
    {
        _boards.Pass();
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.NowNanoseconds += 4_000_000_000;

        Assert.Equal(503, _pages.Find("/active/apiserver").StatusCode);
    }

    [Theory]
    [InlineData("/active/other")]
    [InlineData("/active/")]
    [InlineData("/etc/passwd")]
    [InlineData("/metrics/")]
    public void What_does_not_exist_is_404(string path) => Assert.Equal(404, _pages.Find(path).StatusCode);

    [Fact]
    public async Task Pages_are_served_over_tcp_to_get_and_head_only()
    {
        using PageServer server = Server(new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System);
        using HttpClient http = await Start(server);

        using HttpResponseMessage metrics = await http.GetAsync("/metrics");
        string text = await metrics.Content.ReadAsStringAsync();
        using HttpResponseMessage head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/metrics"));
        using HttpResponseMessage post = await http.PostAsync("/metrics", null);
        string statusPage = await http.GetStringAsync("/");

        Assert.Equal(PrometheusExposition.ContentType, metrics.Content.Headers.ContentType!.ToString());
        Assert.Contains("vipd_build_info{version=", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
        Assert.Contains("apiserver", statusPage, StringComparison.Ordinal);
        await server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task The_any_address_of_IPv6_serves_IPv4_too()
    {
        using PageServer server = Server(new IPEndPoint(IPAddress.IPv6Any, 0), TimeProvider.System);
        using HttpClient http = await Start(server);

        Assert.Equal("not found", (await (await http.GetAsync("/none")).Content.ReadAsStringAsync())[..9]);
        await server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_port_in_use_is_tried_again_until_it_is_free()
    {
        var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        var clock = new HurriedTime();
        using PageServer server = Server(occupant.LocalEndpoint, clock);
        Assert.False(server.HasTried);
        await server.StartAsync(CancellationToken.None);
        await clock.TwoDelays;
        Assert.Null(server.Serving);
        Assert.True(server.HasTried);

        occupant.Dispose();
        using HttpClient http = await Start(server);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/healthz")).StatusCode);
        await server.StopAsync(CancellationToken.None);
    }

    private static async Task<HttpClient> Start(PageServer server)
    {
        if (server.ExecuteTask is null)
            await server.StartAsync(CancellationToken.None);
        var http = new HttpClient();
        for (int attempt = 0; attempt < 500; attempt++)
        {
            if (server.Serving is IPEndPoint serving)
            {
                http.BaseAddress = new Uri($"http://127.0.0.1:{serving.Port}");
                return http;
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("nothing is served");
    }

    private PageServer Server(EndPoint endPoint, TimeProvider clock) =>
        new("metrics.listen", endPoint, Page.Serve(_pages.Find), NullLoggerFactory.Instance, clock);

    /// <summary>Every delay lasts 20 ms, and is counted.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        private readonly TaskCompletionSource _twoDelays = new();
        private int _delays;

        public Task TwoDelays => _twoDelays.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(PageServer.RetryInterval, dueTime);
            if (Interlocked.Increment(ref _delays) == 2)
                _twoDelays.TrySetResult();
            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(20), period);
        }
    }
}
