using System.Net.Http.Headers;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// A GET over a kept connection, for each type of check that asks by HTTP. A server that has proved who it is gives an
/// answer, and its type reads that; everything else is down, also a certificate or a CA that is missing or wrong: what
/// clients can't verify is of no use to them.
/// </summary>
/// <param name="headers">Sent with each request.</param>
/// <param name="read">Turns what the server answered into an answer of the check; reads the body, too.</param>
public sealed class HttpProbe(
    HttpTargetSettings settings,
    IReadOnlyList<HttpHeader> headers,
    Func<HttpResponseMessage, CancellationToken, Task<CheckAnswer>> read,
    TimeSpan timeout,
    TimeProvider time) : IDisposable
{
    private const string NotVerified = "the certificate is not verified (insecureSkipVerify)";

    /// <summary>Time to act, and not so long that what renews itself each month is always spoken of.</summary>
    private static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(14);

    private readonly HttpCredentials _credentials = new(settings);

    // http also for https: TLS is made by the connection itself.
    private readonly Uri _url =
        new UriBuilder(settings.Url) { Scheme = Uri.UriSchemeHttp, Port = settings.Url.Port }.Uri;

    private readonly string _target = TargetEndPoint.Of(settings.Url).ToString();
    private HttpConnection? _connection;

    /// <summary>See <see cref="ICheck.ProbeAsync"/>.</summary>
    public async Task<CheckAnswer> AskAsync(CancellationToken stop)
    {
        if (_credentials.Poll() is { } material)
        {
            _connection?.Dispose();
            _connection = new HttpConnection(material, settings);
        }

        if (_connection is not { } connection || !_credentials.HasToken)
            return CheckAnswer.Down(_credentials.Problem ?? "credentials are missing");
        return WithRemarks(await AskAsync(connection, stop), connection.CertificateEnd);
    }

    public void Dispose() => _connection?.Dispose();

    private async Task<CheckAnswer> AskAsync(HttpConnection connection, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var probe = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            using HttpRequestMessage request = CreateRequest();
            using HttpResponseMessage response = await connection.SendAsync(request, probe.Token);
            return await read(response, probe.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            stop.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested
                ? CheckAnswer.TimedOut(ProbeFailure.DescribeTimeout(connection.Phase, _target, timeout))
                : CheckAnswer.Down(connection.CertificateProblem ?? ProbeFailure.Describe(e, _target));
        }
    }

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("vipd", null));
        if (_credentials.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (HttpHeader header in headers)
        {
            request.Headers.Remove(header.Name);
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return request;
    }

    /// <summary>What does not change the answer but must not be forgotten.</summary>
    private CheckAnswer WithRemarks(CheckAnswer answer, DateTime? certificateEnd)
    {
        if (settings.InsecureSkipVerify)
            answer = answer.With(NotVerified);
        if (answer.Class != HealthClass.Down && certificateEnd is { } end
            && ServerCertificate.DescribeEnd(end, time.GetUtcNow().UtcDateTime, ExpiryWarning) is { } soon)
        {
            answer = answer.With(soon);
        }

        return _credentials.Problem is { } problem
            ? answer.With($"{problem}; what was read before is still in use")
            : answer;
    }
}
