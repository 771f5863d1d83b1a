using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vipd.Daemon.Control;

/// <summary>
/// Kestrel on one address, TCP or Unix. An address that cannot be had is an error in the log and tried again: pages are
/// not worth a virtual address. Kestrel is used without a web host around it, so that neither ASPNETCORE_URLS nor an
/// appsettings.json in the working directory nor a second handler of SIGTERM changes what vipd does.
/// </summary>
/// <param name="setting">The key in vipd.yaml that the address comes from: named in errors.</param>
/// <param name="endPoint">An IPEndPoint or a UnixDomainSocketEndPoint.</param>
public sealed class PageServer(
    string setting, EndPoint endPoint, RequestDelegate pages, ILoggerFactory loggers, TimeProvider clock)
    : BackgroundService
{
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly ILogger _log = loggers.CreateLogger<PageServer>();

    private EndPoint? _bound;
    private volatile bool _hasTried;

    /// <summary>Whether it serves by now, or has found out that it cannot yet.</summary>
    public bool HasTried => _hasTried;

    /// <summary>Where it serves: with the real port where 0 was asked for. Null while it does not.</summary>
    public EndPoint? Serving { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastReason = null;
        while (true)
        {
            using KestrelServer server = CreateServer();
            try
            {
                await server.StartAsync(new Application(pages), stoppingToken);
                Serving = _bound;
                _hasTried = true;
                _log.LogInformation("{Setting}: serving on {EndPoint}", setting, endPoint);
                await RunUntil(server, stoppingToken);
                return;
            }
            catch (Exception refused) when (refused is IOException or SocketException or UnauthorizedAccessException)
            {
                if (refused.Message != lastReason)
                {
                    _log.LogError(
                        "{Setting}: cannot serve on {EndPoint}: {Reason}. Virtual addresses are not affected; "
                        + "trying again every {RetrySeconds} s",
                        setting, endPoint, refused.Message.TrimEnd('.'), RetryInterval.TotalSeconds);
                }

                lastReason = refused.Message;
                _hasTried = true;
            }

            await Task.Delay(RetryInterval, clock, stoppingToken);
        }
    }

    private async Task RunUntil(KestrelServer server, CancellationToken stoppingToken)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stoppingToken.Register(stopping.SetResult))
            await stopping.Task;
        Serving = null;
        // Idle connections are closed at once, a request that is being answered gets a moment.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        await server.StopAsync(patience.Token);
    }

    private KestrelServer CreateServer()
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxConcurrentConnections = 100;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        if (endPoint is UnixDomainSocketEndPoint unix)
            options.ListenUnixSocket(unix.ToString(), static listen => listen.Protocols = HttpProtocols.Http1);
        else
            options.Listen(endPoint, static listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions
            {
                CreateBoundListenSocket = Bind,
                // Whoever writes an answer sends it, too: no other thread is woken for each piece of 2 MB of metrics.
                // Unsafe where a handler blocks its thread; here it would block its own connection alone.
                UnsafePreferInlineScheduling = true,
            }),
            loggers);
        return new KestrelServer(Options.Create(options), transport, loggers);
    }

    private Socket Bind(EndPoint requested)
    {
        Socket socket = requested is UnixDomainSocketEndPoint unix
            ? ControlSocket.Bind(unix)
            : SocketTransportOptions.CreateDefaultBoundListenSocket(requested);
        _bound = socket.LocalEndPoint;
        return socket;
    }

    private sealed class Application(RequestDelegate pages) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => pages(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // Nothing in a context of ours is held beyond its request.
        }
    }
}
