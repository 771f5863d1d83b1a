using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>What is not an apiserver, or no longer one.</summary>
public sealed class ApiserverFailureTests : ApiserverProbes
{
    [Fact]
    public async Task A_handshake_that_hangs_is_down_after_the_timeout_and_says_so()
    {
        Channel<int> hellos = Channel.CreateUnbounded<int>();
        await using var server = new RawServer(async (connection, stop) =>
        {
            await connection.ReceiveAsync(new byte[1], stop);
            hellos.Writer.TryWrite(1);
            await RawServer.Hang(connection, stop);
        });
        var time = new ManualTime();
        using var check = new KubernetesApiserverCheck(Settings(server.Url), TimeSpan.FromMilliseconds(400), time);

        for (int i = 0; i < 3; i++)
        {
            Task<CheckAnswer> probe = ProbeAsync(check);
            await hellos.Reader.ReadAsync().AsTask().WaitAsync(TimeLimit);
            time.Advance(TimeSpan.FromMilliseconds(400));
            AssertAnswer(
                HealthClass.Down,
                await probe,
                $"no answer within 400ms: {Target(server.Url)} accepts but does not finish the TLS handshake");
        }
    }

    [Fact]
    public async Task An_answer_right_after_hanging_handshakes_is_ready()
    {
        bool hangs = true;
        await using ApiserverStandIn apiserver = await StartAsync(200, "ok");
        await using var server = new RawServer(async (connection, stop) =>
        {
            if (hangs)
                await RawServer.Hang(connection, stop);
            else
                await RelayAsync(connection, apiserver.Url.Port, stop);
        });
        using var check =
            new KubernetesApiserverCheck(Settings(server.Url), TimeSpan.FromMilliseconds(700), TimeProvider.System);
        Assert.Equal(HealthClass.Down, (await ProbeAsync(check)).Class);

        hangs = false;

        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_reset_is_down()
    {
        await using var server = new RawServer(RawServer.Reset);

        AssertAnswer(
            HealthClass.Down, await ProbeAsync(Settings(server.Url)), $"connection reset by {Target(server.Url)}");
    }

    [Fact]
    public async Task A_refused_connection_is_down_at_once()
    {
        Uri url;
        await using (var server = new RawServer(RawServer.Hang))
            url = server.Url;

        AssertAnswer(HealthClass.Down, await ProbeAsync(Settings(url)), $"connection refused by {Target(url)}");
    }

    [Fact]
    public async Task Garbage_in_place_of_TLS_is_down()
    {
        await using var server = new RawServer(async (connection, stop) =>
            await connection.SendAsync(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), stop));

        CheckAnswer answer = await ProbeAsync(Settings(server.Url));

        Assert.Equal(HealthClass.Down, answer.Class);
        Assert.StartsWith(
            $"TLS with {Target(server.Url)} failed: ", Assert.Single(answer.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_closed_during_the_handshake_is_down()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);

        Assert.Equal(HealthClass.Down, (await ProbeAsync(Settings(server.Url))).Class);
    }

    [Theory]
    [InlineData("this is no HTTP\r\n\r\n", "does not answer in HTTP")]
    [InlineData("", "closed the connection before the answer was whole")]
    [InlineData(
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok", "closed the connection before the answer was whole")]
    public async Task What_is_no_HTTP_answer_is_down(string sent, string reason)
    {
        await using RawServer server = TlsServer(Encoding.ASCII.GetBytes(sent));

        AssertAnswer(HealthClass.Down, await ProbeAsync(Settings(server.Url)), $"{Target(server.Url)} {reason}");
    }

    [Theory]
    [InlineData(true, HealthClass.Ready)]
    [InlineData(false, HealthClass.Down)]
    public async Task An_intermediate_that_the_server_sends_along_counts_only_under_our_root(
        bool ours, HealthClass expected)
    {
        using var stranger = new TestAuthority("stranger");
        using TestAuthority intermediate = (ours ? Authority : stranger).Intermediate();
        var certificate = SslStreamCertificateContext.Create(
            intermediate.Issue(["kubernetes"]), [intermediate.Certificate], offline: true);
        byte[] good = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using RawServer server = TlsServer(good, certificate);

        Assert.Equal(expected, (await ProbeAsync(Settings(server.Url))).Class);
    }

    [Fact]
    public async Task Headers_without_end_are_down()
    {
        string filler = string.Concat(Enumerable.Repeat("X-Filler: abcdefgh\r\n", 50_000));
        byte[] headers = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n" + filler);
        await using RawServer server = TlsServer(headers);

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            $"{Target(server.Url)} sends more headers than are read");
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_down()
    {
        CheckAnswer answer = await ProbeAsync(Settings(new Uri("https://apiserver.invalid:6443/readyz")));

        AssertAnswer(HealthClass.Down, answer, "the name in apiserver.invalid:6443 does not resolve");
    }

    private RawServer TlsServer(byte[] answer, SslStreamCertificateContext? certificate = null) => new(
        async (connection, stop) =>
        {
            await using var tls = new SslStream(new NetworkStream(connection));
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext =
                        certificate ?? SslStreamCertificateContext.Create(
                            Authority.Issue(["kubernetes"]), null, offline: true),
                },
                stop);
            _ = await tls.ReadAsync(new byte[4096], stop);
            await tls.WriteAsync(answer, stop);
            await tls.ShutdownAsync();
        });

    private static async Task RelayAsync(Socket client, int port, CancellationToken stop)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync("127.0.0.1", port, stop);
        await using var near = new NetworkStream(client);
        await using var far = new NetworkStream(server);
        await Task.WhenAny(near.CopyToAsync(far, stop), far.CopyToAsync(near, stop));
    }
}
