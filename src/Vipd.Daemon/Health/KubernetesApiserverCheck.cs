using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: kubernetesApiserver`: GET of /readyz over a kept connection. 200 is ready; any other answer of a server that
/// has proved who it is, is notReady; everything else is down.
/// </summary>
public sealed class KubernetesApiserverCheck : ICheck
{
    private readonly HttpProbe _probe;

    public KubernetesApiserverCheck(KubernetesApiserverSettings settings, TimeSpan timeout, TimeProvider time)
    {
        bool hasCredentials = settings.TokenFile is not null || settings.ClientCertFile is not null;
        _probe = new HttpProbe(
            settings, [], (response, probe) => ApiserverAnswer.ReadAsync(response, hasCredentials, probe), timeout,
            time);
    }

    public Task<CheckAnswer> ProbeAsync(CancellationToken stop) => _probe.AskAsync(stop);

    public void Dispose() => _probe.Dispose();
}
