using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>
/// What the tests of `kubernetesApiserver` share: an authority, files, and probes with a generous limit.
/// </summary>
public abstract class ApiserverProbes : IDisposable
{
    internal static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    internal TestAuthority Authority { get; } = new();

    internal TemporaryFiles Files { get; } = new();

    public void Dispose()
    {
        Authority.Dispose();
        Files.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static string Target(Uri url) => $"{url.Host}:{url.Port}";

    internal static void AssertAnswer(HealthClass expected, CheckAnswer answer, params string[] reasons)
    {
        Assert.Equal(reasons, answer.Reasons);
        Assert.Equal(expected, answer.Class);
    }

    internal static Task<CheckAnswer> ProbeAsync(KubernetesApiserverCheck check) =>
        check.ProbeAsync(CancellationToken.None).WaitAsync(TimeLimit);

    internal static async Task<CheckAnswer> ProbeAsync(KubernetesApiserverSettings settings)
    {
        using KubernetesApiserverCheck check = Create(settings);
        return await ProbeAsync(check);
    }

    internal static KubernetesApiserverCheck Create(KubernetesApiserverSettings settings) =>
        new(settings, TimeLimit, TimeProvider.System);

    /// <summary>With <see cref="Authority"/> as the CA.</summary>
    internal KubernetesApiserverSettings Settings(Uri url) =>
        Configurations.Apiserver(url, Files.Write("ca.crt", Authority.Pem));

    internal Task<ApiserverStandIn> StartAsync(int status, string body) =>
        ApiserverStandIn.StartAsync(
            Authority.Issue(["kubernetes", "kubernetes.default"]), ApiserverStandIn.Reply(status, body));
}
