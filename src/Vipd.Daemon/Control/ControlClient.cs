using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Vipd.Daemon.Control;

/// <summary>Asks the running daemon over its control socket.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly string _socketPath;
    private readonly HttpClient _http;

    public ControlClient(string socketPath, TimeSpan? patience = null)
    {
        _socketPath = socketPath;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = Connect, UseProxy = false })
        {
            BaseAddress = new Uri("http://vipd"),
            Timeout = patience ?? TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>The document as the daemon wrote it.</summary>
    /// <exception cref="ControlUnavailableException">There is no answer; its message says what to do.</exception>
    public Task<string> GetJson(CancellationToken cancellation) =>
        Ask(_http.GetStringAsync(ControlPages.StatusPath, cancellation), cancellation);

    /// <summary>The daemon's last minutes, as they would stand in a file.</summary>
    /// <inheritdoc cref="GetJson"/>
    public Task<byte[]> GetRecording(CancellationToken cancellation) =>
        Ask(_http.GetByteArrayAsync(ControlPages.RecordingPath, cancellation), cancellation);

    /// <summary>Asks the daemon to do something; it has begun when this returns.</summary>
    /// <exception cref="ControlUnavailableException">There is no answer, or the answer is no.</exception>
    public async Task Post(string path, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await Ask(_http.PostAsync(path, null, cancellation), cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new ControlUnavailableException(
                $"vipd says no: {(await answer.Content.ReadAsStringAsync(cancellation)).Trim()}", null);
        }
    }

    /// <summary>Asks for another configuration and waits until it is in force, or refused.</summary>
    /// <inheritdoc cref="GetJson"/>
    public async Task<(HttpStatusCode Status, string Text)> Reload(CancellationToken cancellation)
    {
        using HttpResponseMessage answer =
            await Ask(_http.PostAsync(ControlPages.ReloadPath, null, cancellation), cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
    }

    /// <inheritdoc cref="GetJson"/>
    public async Task<StatusDocument> Get(CancellationToken cancellation)
    {
        try
        {
            string json = await GetJson(cancellation);
            return JsonSerializer.Deserialize(json, StatusJson.Default.StatusDocument)
                ?? throw new JsonException("null");
        }
        catch (JsonException strange)
        {
            throw new ControlUnavailableException(
                $"what answers on {_socketPath} is not this version of vipd: {strange.Message}", strange);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What happened, where, and what to do.</summary>
    internal static string Explain(string socketPath, HttpRequestException refused) => refused.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"permission denied on {socketPath}: run as root or join group vipd",
        SocketException =>
            $"vipd is not running: nobody answers on {socketPath}; "
            + "start it with systemctl start vipd, or name its socket with --socket",
        _ when refused.StatusCode == HttpStatusCode.Forbidden =>
            $"{socketPath} is closed to vipd's own user: run as root or as a member of group vipd",
        _ => $"vipd answered on {socketPath}, but not with what was asked: {refused.Message}",
    };

    private async Task<TAnswer> Ask<TAnswer>(Task<TAnswer> answer, CancellationToken cancellation)
    {
        try
        {
            return await answer;
        }
        catch (HttpRequestException refused)
        {
            throw new ControlUnavailableException(Explain(_socketPath, refused), refused);
        }
        catch (OperationCanceledException timeout) when (!cancellation.IsCancellationRequested)
        {
            throw new ControlUnavailableException(
                $"vipd does not answer on {_socketPath}: it hangs; see journalctl -u vipd", timeout);
        }
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_socketPath), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The daemon cannot be asked, or refuses; the message is meant for whoever asked.</summary>
internal sealed class ControlUnavailableException(string message, Exception? cause) : Exception(message, cause);
