using System.Net.Sockets;
using System.Text.Json;

namespace Vipd.Daemon.Control;

/// <summary>Asks the running daemon over its control socket.</summary>
internal sealed class StatusClient : IDisposable
{
    private readonly string _socketPath;
    private readonly HttpClient _http;

    public StatusClient(string socketPath)
    {
        _socketPath = socketPath;
        _http = new HttpClient(new SocketsHttpHandler { ConnectCallback = Connect, UseProxy = false })
        {
            BaseAddress = new Uri("http://vipd"),
            Timeout = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>The document as the daemon wrote it.</summary>
    /// <exception cref="StatusUnavailableException">There is no answer; its message says what to do.</exception>
    public Task<string> GetJson(CancellationToken cancellation) =>
        Ask(_http.GetStringAsync(ControlPages.StatusPath, cancellation), cancellation);

    /// <summary>The daemon's last minutes, as they would stand in a file.</summary>
    /// <inheritdoc cref="GetJson"/>
    public Task<byte[]> GetRecording(CancellationToken cancellation) =>
        Ask(_http.GetByteArrayAsync(ControlPages.RecordingPath, cancellation), cancellation);

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
            throw new StatusUnavailableException(
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
            throw new StatusUnavailableException(Explain(_socketPath, refused), refused);
        }
        catch (OperationCanceledException timeout) when (!cancellation.IsCancellationRequested)
        {
            throw new StatusUnavailableException(
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

/// <summary>No status can be had; the message is meant for whoever asked.</summary>
internal sealed class StatusUnavailableException(string message, Exception cause) : Exception(message, cause);
