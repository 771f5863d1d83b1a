using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Vipd.Daemon.Control;
using Vipd.Linux.Sockets;

namespace Vipd.Daemon.Tests.Control;

public sealed class ControlPeersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string SocketPath => _directory["vipd.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_user_who_is_kept_out_is_told_who_may()
    {
        ControlUnavailableException refused = await Assert.ThrowsAsync<ControlUnavailableException>(
            () => Ask(keptOut: UnixPeer.OwnUserId));

        Assert.Contains("run as root or as a member of group vipd", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_other_user_comes_in() => Assert.Equal("{}\n", await Ask(UnixPeer.OwnUserId + 1));

    [Fact]
    public async Task Where_nobody_is_kept_out_everybody_comes_in() => Assert.Equal("{}\n", await Ask(keptOut: null));

    private async Task<string> Ask(uint? keptOut)
    {
        using var server = new PageServer(
            "control.socket",
            new UnixDomainSocketEndPoint(SocketPath),
            ControlPeers.Admit(keptOut, Page.Serve(_ => Page.Text(200, "{}"))),
            NullLoggerFactory.Instance,
            TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        try
        {
            using var client = new ControlClient(SocketPath);
            for (int attempt = 0; server.Serving is null && attempt < 500; attempt++)
                await Task.Delay(10);
            return await client.GetJson(CancellationToken.None);
        }
        finally
        {
            await server.StopAsync(CancellationToken.None);
        }
    }
}
