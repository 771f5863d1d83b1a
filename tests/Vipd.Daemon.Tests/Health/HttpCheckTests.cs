using System.Text;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class HttpCheckTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly TestAuthority _authority = new();
    private readonly TemporaryFiles _files = new();

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(299, true)]
    [InlineData(302, false)]
    [InlineData(404, false)]
    [InlineData(503, false)]
    public async Task The_status_must_lie_in_the_range(int status, bool isReady)
    {
        await using RawServer server = Server($"HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n");
        CheckAnswer answer = await Probe(Settings(server));

        Assert.Equal(isReady ? HealthClass.Ready : HealthClass.NotReady, answer.Class);
        Assert.Equal(isReady ? [] : [$"HTTP {status}; expected is 200-299"], answer.Reasons);
    }

    [Fact]
    public async Task Another_range_may_be_expected()
    {
        await using RawServer server = Server("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(
            CheckAnswer.Ready, await Probe(Settings(server) with { ExpectStatus = new StatusRange(503, 503) }));
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using RawServer server =
            Server("HTTP/1.1 302 x\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(
            ["HTTP 302: redirected to http://192.0.2.1/; expected is 200-299"],
            (await Probe(Settings(server))).Reasons);
    }

    [Fact]
    public async Task The_body_must_contain_the_text()
    {
        await using RawServer server = Server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nstatus UP");
        HttpSettings settings = Settings(server);

        Assert.Equal(CheckAnswer.Ready, await Probe(settings with { BodyContains = "UP" }));
        CheckAnswer other = await Probe(settings with { BodyContains = "ready" });
        Assert.Equal(HealthClass.NotReady, other.Class);
        Assert.Equal(["HTTP 200, but the body does not contain 'ready'"], other.Reasons);
    }

    [Fact]
    public async Task Headers_are_sent_and_may_replace_our_own()
    {
        List<string> requests = [];
        await using RawServer server = Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", requests);
        HttpHeader[] headers = [new("Host", "app.example"), new("User-Agent", "probe/1"), new("X-A", "b, c")];
        await Probe(Settings(server) with { Headers = new(headers) });

        string request = Assert.Single(requests);
        Assert.Contains("\r\nHost: app.example\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nUser-Agent: probe/1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nX-A: b, c\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("vipd", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TLS_the_certificate_is_verified()
    {
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(
            _authority.Issue(["app.example"]), ApiserverStandIn.Reply(200, "ok"));
        HttpSettings settings = Configurations.Http(server.Url) with
        {
            CaFile = _files.Write("ca.crt", _authority.Pem),
            ServerName = "app.example",
        };

        Assert.Equal(CheckAnswer.Ready, await Probe(settings));
        CheckAnswer other = await Probe(settings with { ServerName = "other.example" });
        Assert.Equal(HealthClass.Down, other.Class);
        Assert.Contains("not for other.example", Assert.Single(other.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_down()
    {
        await using RawServer server = Server("SSH-2.0-example\r\n");
        Assert.Equal(HealthClass.Down, (await Probe(Settings(server))).Class);
    }

    [Fact]
    public async Task Whatever_bytes_come_back_there_is_an_answer()
    {
        var random = new Random(3);
        byte[] good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nok"u8.ToArray();
        for (int round = 0; round < 150; round++)
        {
            byte[] bytes = [.. good.Take(random.Next(1, good.Length + 1))];
            for (int flips = random.Next(4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await using var server = new RawServer(async (connection, stop) =>
            {
                await connection.ReceiveAsync(new byte[1024], stop);
                await connection.SendAsync(bytes, stop);
            });
            await Probe(Settings(server), TimeSpan.FromSeconds(2));
        }
    }

    private static HttpSettings Settings(RawServer server) =>
        Configurations.Http(new UriBuilder(server.Url) { Scheme = Uri.UriSchemeHttp, Path = "/healthz" }.Uri);

    /// <summary>Answers each request on a connection with the same text.</summary>
    private static RawServer Server(string answer, List<string>? requests = null) => new(async (connection, stop) =>
    {
        byte[] buffer = new byte[4096];
        while (await connection.ReceiveAsync(buffer, stop) is > 0 and var length)
        {
            requests?.Add(Encoding.ASCII.GetString(buffer, 0, length));
            await connection.SendAsync(Encoding.ASCII.GetBytes(answer), stop);
        }
    });

    private static async Task<CheckAnswer> Probe(HttpSettings settings, TimeSpan? limit = null)
    {
        using var check = new HttpCheck(settings, limit ?? Bound, TimeProvider.System);
        return await check.ProbeAsync(CancellationToken.None).WaitAsync(Bound);
    }
}
