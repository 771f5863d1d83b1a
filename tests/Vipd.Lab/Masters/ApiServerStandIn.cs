using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace Vipd.Lab.Masters;

/// <summary>
/// What vipd sees of a kube-apiserver: HTTPS with kept connections, /readyz and /livez. The control file holds the
/// status that /readyz answers with (200 when there is none); it is read for each request, so writing it switches at
/// once. With an etcd, /readyz asks that too. SIGTERM as with --shutdown-delay-duration: /readyz fails at once while
/// all else is served; after the delay the port closes, and what is open may finish.
/// </summary>
public sealed class ApiServerStandIn(
    int port, LabCertificates certificates, string controlFile, TimeSpan shutdownDelay, Uri? etcd = null)
{
    // As the real one words it (k8s.io/apiserver/pkg/server/healthz).
    private const string NotReadyBody = "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed";
    private const string StoppingBody = "[+]ping ok\n[-]shutdown failed: reason withheld\nreadyz check failed";

    /// <summary>How long open connections are served after the port has closed.</summary>
    private static readonly TimeSpan Draining = TimeSpan.FromMilliseconds(500);

    private volatile bool _isStopping;

    private readonly EtcdHealth? _etcd = etcd is null ? null : new EtcdHealth(etcd);

    public async Task RunAsync(CancellationToken stop)
    {
        // The PKCS#12 detour is not needed on Linux: SslStream takes the PEM pair as it is.
        using var certificate =
            X509Certificate2.CreateFromPemFile(certificates.CertificateFile, certificates.KeyFile);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _isStopping = true;
            Console.WriteLine("stopping");
            closing.CancelAfter(shutdownDelay);
        });
        using var listener = new TcpListener(IPAddress.Any, port);
        listener.Start();
        Console.WriteLine($"listening on {port}");
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                _ = ServeAsync(client, certificate, stop);
            }
        }
        catch (OperationCanceledException)
        {
            listener.Stop();
            Console.WriteLine($"port {port} closed");
            await Task.Delay(Draining, stop);
        }
    }

    private async Task ServeAsync(TcpClient client, X509Certificate2 certificate, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                await using var stream = new SslStream(client.GetStream());
                await stream.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(stop) is { Length: > 0 } requestLine)
                {
                    while (await reader.ReadLineAsync(stop) is { Length: > 0 })
                    {
                        // Headers carry nothing that changes the answer.
                    }
                    var answer = await AnswerAsync(requestLine, stop);
                    await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), stop);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                Console.WriteLine($"connection ended: {e.Message}");
            }
        }
    }

    private async Task<string> AnswerAsync(string requestLine, CancellationToken stop)
    {
        var path = requestLine.Split(' ') is [_, var target, ..] ? target.Split('?')[0] : "";
        var (status, body) = path switch
        {
            "/livez" => (200, "ok"),
            "/readyz" when _etcd is not null && !await _etcd.CheckAsync(stop) => (500, NotReadyBody),
            "/readyz" or "/healthz" => Readiness(),
            _ => (404, "404 page not found"),
        };
        var reason = ((HttpStatusCode)status).ToString();
        return string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    private (int Status, string Body) Readiness()
    {
        if (_isStopping) return (500, StoppingBody);
        var text = File.Exists(controlFile) ? File.ReadAllText(controlFile).Trim() : "";
        // A file caught between truncation and write is empty: still what it was, ready.
        return int.TryParse(text, CultureInfo.InvariantCulture, out var status) && status != 200
            ? (status, status == 500 ? NotReadyBody : $$"""{"kind":"Status","status":"Failure","code":{{status}}}""")
            : (200, "ok");
    }
}
