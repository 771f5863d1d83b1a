using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Vipd.Daemon.Tests.Health;

/// <summary>A TLS server of the test's own making that answers as it is told.</summary>
internal sealed class ApiserverStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _connections;

    private ApiserverStandIn(X509Certificate2 certificate, RequestDelegate answer, int port)
    {
        Certificate = certificate;
        Answer = answer;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, Configure));
        _app = builder.Build();
        _app.Run(context =>
        {
            Requests.Add(context.Request.Headers.Authorization.ToString());
            ClientSubject = context.Connection.ClientCertificate?.Subject;
            return Answer(context);
        });
    }

    /// <summary>Shown to connections made from now on.</summary>
    public X509Certificate2 Certificate { get; set; }

    public RequestDelegate Answer { get; set; }

    /// <summary>The Authorization header of each request.</summary>
    public List<string> Requests { get; } = [];

    public string? ClientSubject { get; private set; }

    /// <summary>TCP connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public Uri Url { get; private set; } = null!;

    public static async Task<ApiserverStandIn> StartAsync(
        X509Certificate2 certificate, RequestDelegate? answer = null, int port = 0)
    {
        var server = new ApiserverStandIn(certificate, answer ?? Reply(200, "ok"), port);
        await server._app.StartAsync();
        IServerAddressesFeature addresses =
            server._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.Url = new Uri(new Uri(addresses.Addresses.First()), "/readyz");
        return server;
    }

    public static RequestDelegate Reply(int status, string body, string? location = null) => context =>
    {
        context.Response.StatusCode = status;
        if (location is not null)
            context.Response.Headers.Location = location;
        return context.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => (ConnectionContext connection) =>
        {
            Interlocked.Increment(ref _connections);
            return next(connection);
        });
        listen.UseHttps(https =>
        {
            https.ServerCertificateSelector = (_, _) => Certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
            https.HandshakeTimeout = TimeSpan.FromSeconds(30);
        });
    }
}
