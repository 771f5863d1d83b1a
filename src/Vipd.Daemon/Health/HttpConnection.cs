using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>How far a probe got: where it was when nothing more came.</summary>
public enum ProbePhase
{
    Connect,
    Handshake,
    Answer,
}

/// <summary>
/// One kept HTTP/1.1 connection to one address, over TLS where the URL says https. The connection is made here rather
/// than by the HTTP handler because the handler verifies the host it connects to, while an apiserver at 127.0.0.1 is
/// verified by another name, and because it would go on connecting in the background after a probe's time has passed.
/// </summary>
public sealed class HttpConnection : IDisposable
{
    /// <summary>
    /// A kept connection says nothing about new ones (an expired certificate, a full accept queue, no descriptors
    /// left): so it is made anew this often.
    /// </summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly TlsMaterial _material;
    private readonly HttpTargetSettings _settings;
    private readonly HttpMessageInvoker _http;
    private CancellationToken _probe;

    public HttpConnection(TlsMaterial material, HttpTargetSettings settings)
    {
        _material = material;
        _settings = settings;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = Lifetime,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            // An answer that is longer than what we read costs the connection, not the time to read the rest.
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        });
    }

    /// <summary>Where the connection stands; <see cref="ProbePhase.Answer"/> as long as it is kept.</summary>
    public ProbePhase Phase { get; private set; }

    /// <summary>
    /// What was wrong with the server's certificate in this probe; null: nothing, or it was not seen.
    /// </summary>
    public string? CertificateProblem { get; private set; }

    /// <summary>Until when the certificate that was shown last is valid, UTC; null before the first.</summary>
    public DateTime? CertificateEnd { get; private set; }

    /// <summary>
    /// Sends a request whose URL has the scheme http, as TLS is made here. Everything it starts ends when
    /// <paramref name="probe"/> does; calls must not overlap.
    /// </summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken probe)
    {
        _probe = probe;
        CertificateProblem = null;
        return _http.SendAsync(request, probe);
    }

    public void Dispose()
    {
        _http.Dispose();
        _material.Dispose();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken handler)
    {
        CancellationToken probe = _probe;
        Phase = ProbePhase.Connect;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, probe);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (_settings.Url.Scheme == Uri.UriSchemeHttp)
        {
            Phase = ProbePhase.Answer;
            return new NetworkStream(socket, ownsSocket: true);
        }

        Phase = ProbePhase.Handshake;
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(TlsOptions(), probe);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        Phase = ProbePhase.Answer;
        return tls;
    }

    private SslClientAuthenticationOptions TlsOptions() => new()
    {
        TargetHost = _settings.ServerName,
        // A resumed session shows the certificate of the one before, not the one that clients get now.
        AllowTlsResume = false,
        CertificateChainPolicy = _material.Roots is { } roots ? ServerCertificate.PolicyFor(roots) : null,
        ClientCertificateContext = _material.Client,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors),
    };

    private bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        CertificateEnd = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
        if (_material.Roots is not { } roots || errors == SslPolicyErrors.None)
            return true;
        CertificateProblem = certificate is X509Certificate2 leaf && chain is not null
            ? ServerCertificate.FindProblem(leaf, chain, errors, roots, _settings.ServerName, _settings.CaFile!)
            : "the server has shown no certificate";
        return CertificateProblem is null;
    }
}
