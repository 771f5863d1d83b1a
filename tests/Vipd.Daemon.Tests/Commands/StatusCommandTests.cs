using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Recording;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Commands;

public sealed class StatusCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SampleBoards _boards = new();

    private string SocketPath => _directory["vipd.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Json_is_what_the_daemon_says_byte_for_byte_of_its_contract()
    {
        _boards.Pass();
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);
        _boards.Probe(CheckAnswer.NotReady("500: [-]etcd failed"));

        (int exitCode, string output, _) = await WithDaemon("-o", "json");

        Assert.Equal(0, exitCode);
        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement router = json.RootElement.GetProperty("virtualRouters")[0];
        Assert.Equal(
            """
            {"name":"apiserver","vrid":51,"vrrpVersion":3,"interface":"eth0",
            "primaryAddress":"192.0.2.11","state":"active",
            "since":"2026-03-01T12:00:00+00:00","cause":"activeDown","handingOver":false,"drained":false,
            "configuredPriority":100,"effectivePriority":60,"priorityReasons":["check kube-apiserver is notReady: 40"],
            "activeRouter":{"address":"192.0.2.11","priority":60,"self":true},
            "addresses":[{"address":"192.0.2.100","present":true,"foreign":false,"interface":"eth0"},
            {"address":"192.0.2.101","present":false,"foreign":false,"interface":"eth0"}],
            "advertisementIntervalSeconds":0.2,"activeDownIntervalSeconds":0.721,"spreadSeconds":0.0045,
            "leaseSeconds":1,"transitions":[{"at":"2026-03-01T12:00:00+00:00","from":"initialize","to":"active",
            "cause":"activeDown","peer":"192.0.2.12","durationSeconds":0.00085}],"conflicts":[],
            "holdDownSeconds":null,"virtualMac":null}
            """.ReplaceLineEndings(""),
            Compact(router));
        Assert.Equal(
            """
            {"name":"kube-apiserver","type":"kubernetesApiserver","class":"notReady",
            "since":"2026-03-01T12:00:00+00:00","reasons":["500: [-]etcd failed"],"probes":7,
            "lastProbe":{"at":"2026-03-01T12:00:00+00:00",
            "durationSeconds":0.012,"class":"notReady","consecutive":3,"answer":["500: [-]etcd failed"]}}
            """.ReplaceLineEndings(""),
            Compact(json.RootElement.GetProperty("checks")[0]));
        Assert.True(json.RootElement.GetProperty("electionLoop").GetProperty("running").GetBoolean());
    }

    [Fact]
    public async Task The_table_is_plain_text_when_it_does_not_go_to_a_terminal()
    {
        _boards.Become(RouterState.Active, TransitionCause.ActiveDown);

        (int exitCode, string output, string error) = await WithDaemon();

        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("ROUTER      STATE    FOR", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
        Assert.Contains("not probed yet", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_daemon_it_says_so_and_fails()
    {
        (int exitCode, _, string error) = await Run("--socket", SocketPath);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"vipd is not running: nobody answers on {SocketPath}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_that_does_not_exist_is_bad_usage()
    {
        (int exitCode, _, _) = await Run("--socket", SocketPath, "-o", "xml");

        Assert.Equal(2, exitCode);
    }

    [Fact]
    public async Task Somebody_else_on_the_socket_is_named_as_such()
    {
        using PageServer stranger = Server(_ => Page.Text(200, "hello"));
        await stranger.StartAsync(CancellationToken.None);
        await UntilServing(stranger);

        (int exitCode, _, string error) = await Run("--socket", SocketPath);

        Assert.Equal(1, exitCode);
        Assert.Contains("is not this version of vipd", error, StringComparison.Ordinal);
        await stranger.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void Whom_the_socket_is_closed_to_learns_which_group_to_join()
    {
        var refused = new HttpRequestException(null, new SocketException((int)SocketError.AccessDenied));

        Assert.Equal(
            "permission denied on /run/vipd/vipd.sock: run as root or join group vipd",
            ControlClient.Explain("/run/vipd/vipd.sock", refused));
    }

    private static string Compact(JsonElement element) =>
        JsonSerializer.Serialize(element).Replace("\\u002B", "+", StringComparison.Ordinal);

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await Program.RunAsync(["status", .. arguments], output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static async Task UntilServing(PageServer server)
    {
        for (int attempt = 0; server.Serving is null && attempt < 500; attempt++)
            await Task.Delay(10);
    }

    private async Task<(int ExitCode, string Output, string Error)> WithDaemon(params string[] arguments)
    {
        var report = new StatusReport(_boards.Board, [_boards.Check], _boards.Liveness, TimeProvider.System);
        var pages = new ControlPages(report, _boards.Drain, new FlightRecorder(() => default));
        using PageServer server = Server(pages.Find);
        await server.StartAsync(CancellationToken.None);
        await UntilServing(server);
        (int ExitCode, string Output, string Error) result = await Run(["--socket", SocketPath, .. arguments]);
        await server.StopAsync(CancellationToken.None);
        Assert.False(Path.Exists(SocketPath), "a stopped daemon leaves its socket behind");
        return result;
    }

    private PageServer Server(Func<string, Page> find) => new(
        "control.socket",
        new UnixDomainSocketEndPoint(SocketPath),
        Page.Serve(find),
        NullLoggerFactory.Instance,
        TimeProvider.System);
}
