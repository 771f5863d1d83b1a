namespace Vipd.Lab.Masters;

/// <summary>
/// What an apiserver's /readyz asks of etcd: a read that needs the quorum, within 2 s. As its client does, a read that
/// failed is tried again within that time, so that a change of leaders is a delay and no failure.
/// </summary>
internal sealed class EtcdHealth(Uri etcd) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly HttpClient _http = new() { BaseAddress = etcd };

    internal async Task<bool> CheckAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Limit);
        try
        {
            while (!await ReadAsync(limit.Token)) await Task.Delay(Pause, limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> ReadAsync(CancellationToken limit)
    {
        try
        {
            using var content = new StringContent("""{"key":"aGVhbHRo"}""");
            using var response = await _http.PostAsync(new Uri("/v3/kv/range", UriKind.Relative), content, limit);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
