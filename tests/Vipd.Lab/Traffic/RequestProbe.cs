using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;

namespace Vipd.Lab.Traffic;

/// <summary>
/// A client that makes one HTTPS request after the other at the VIP, each over a connection of its own, as kubectl
/// does, and counts what became of them.
/// </summary>
public sealed class RequestProbe : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _authority;
    private readonly Task _run;
    private int _sent;
    private int _refused;
    private int _failed;

    private RequestProbe(LabNode from, IPAddress address, int port)
    {
        // The lab's CA lies beside the nodes' own folders.
        _authority = X509CertificateLoader.LoadCertificateFromFile(
            new LabCertificates(Path.GetDirectoryName(from.Directory)!).CaFile);
        _run = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                await AskAsync(from, new IPEndPoint(address, port));
                await Task.Delay(Pause);
            }
        });
    }

    public static RequestProbe Start(LabNode from, IPAddress address, int port) => new(from, address, port);

    /// <summary>Stops asking; of all requests, those that were refused, and those that failed otherwise.</summary>
    public (int Sent, int Refused, int Failed) Stop()
    {
        _stop.Cancel();
        _run.Wait();
        return (_sent, _refused, _failed);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
        _authority.Dispose();
    }

    private async Task AskAsync(LabNode from, IPEndPoint target)
    {
        _sent++;
        using var limit = new CancellationTokenSource(Limit);
        using var socket = from.Namespace.Inside(
            () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        try
        {
            await socket.ConnectAsync(target, limit.Token);
            await using var tls = new SslStream(new NetworkStream(socket));
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(_authority);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "kubernetes", CertificateChainPolicy = policy },
                limit.Token);
            await tls.WriteAsync("GET /livez HTTP/1.1\r\nHost: kubernetes\r\n\r\n"u8.ToArray(), limit.Token);
            var answer = new byte[256];
            var length = await tls.ReadAsync(answer, limit.Token);
            if (!Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                _failed++;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            _refused++;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException
            or AuthenticationException)
        {
            _failed++;
        }
    }
}
