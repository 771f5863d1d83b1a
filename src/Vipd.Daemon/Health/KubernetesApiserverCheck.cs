using System.Net.Http.Headers;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: kubernetesApiserver`: GET of /readyz over a kept connection. 200 is ready; any other answer of a server that
/// has proved who it is, is notReady; everything else is down, also a certificate or a CA that is missing or wrong: an
/// apiserver that clients can't verify is of no use to them.
/// </summary>
public sealed class KubernetesApiserverCheck : ICheck
{
    private const string NotVerified = "the certificate is not verified (insecureSkipVerify)";

    private readonly KubernetesApiserverSettings _settings;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ApiserverCredentials _credentials;
    private readonly Uri _url;
    private readonly string _target;
    private ApiserverConnection? _connection;

    public KubernetesApiserverCheck(KubernetesApiserverSettings settings, TimeSpan timeout, TimeProvider time)
    {
        _settings = settings;
        _timeout = timeout;
        _time = time;
        _credentials = new ApiserverCredentials(settings);
        _url = new UriBuilder(settings.Url) { Scheme = Uri.UriSchemeHttp, Port = settings.Url.Port }.Uri;
        _target = $"{settings.Url.Host}:{settings.Url.Port}";
    }

    public async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        if (_credentials.Poll() is { } material)
        {
            _connection?.Dispose();
            _connection = new ApiserverConnection(material, _settings.ServerName, _settings.CaFile);
        }

        if (_connection is not { } connection || !_credentials.HasToken)
            return CheckAnswer.Down(_credentials.Problem ?? "credentials are missing");
        return WithRemarks(await AskAsync(connection, stop));
    }

    public void Dispose() => _connection?.Dispose();

    private async Task<CheckAnswer> AskAsync(ApiserverConnection connection, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var probe = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            using HttpRequestMessage request = CreateRequest();
            using HttpResponseMessage response = await connection.SendAsync(request, probe.Token);
            bool hasCredentials = _settings.TokenFile is not null || _settings.ClientCertFile is not null;
            return await ApiserverAnswer.ReadAsync(response, hasCredentials, probe.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            stop.ThrowIfCancellationRequested();
            return CheckAnswer.Down(limit.IsCancellationRequested
                ? ProbeFailure.DescribeTimeout(connection.Phase, _target, _timeout)
                : connection.CertificateProblem ?? ProbeFailure.Describe(e, _target));
        }
    }

    private HttpRequestMessage CreateRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _url);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("vipd", null));
        if (_credentials.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    /// <summary>What does not change the answer but must not be forgotten.</summary>
    private CheckAnswer WithRemarks(CheckAnswer answer)
    {
        if (_settings.InsecureSkipVerify)
            answer = answer.With(NotVerified);
        return _credentials.Problem is { } problem
            ? answer.With($"{problem}; what was read before is still in use")
            : answer;
    }
}
