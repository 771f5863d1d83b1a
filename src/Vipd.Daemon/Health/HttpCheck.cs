using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: http`: a GET. The status that is expected, with the text that is expected, is ready; any other answer is
/// notReady; everything else is down.
/// </summary>
public sealed class HttpCheck : ICheck
{
    private readonly HttpSettings _settings;
    private readonly HttpProbe _probe;

    public HttpCheck(HttpSettings settings, TimeSpan timeout, TimeProvider time)
    {
        _settings = settings;
        _probe = new HttpProbe(settings, settings.Headers, ReadAsync, timeout, time);
    }

    public Task<CheckAnswer> ProbeAsync(CancellationToken stop) => _probe.AskAsync(stop);

    public void Dispose() => _probe.Dispose();

    private async Task<CheckAnswer> ReadAsync(HttpResponseMessage response, CancellationToken probe)
    {
        string body = await HttpBody.ReadAsync(response, probe);
        int status = (int)response.StatusCode;
        if (!_settings.ExpectStatus.Contains(status))
        {
            return CheckAnswer.NotReady(
                $"{HttpBody.DescribeStatus(response)}; expected is {_settings.ExpectStatus}");
        }

        return _settings.BodyContains is { } text && !body.Contains(text, StringComparison.Ordinal)
            ? CheckAnswer.NotReady($"HTTP {status}, but the body does not contain '{text}'")
            : CheckAnswer.Ready;
    }
}
