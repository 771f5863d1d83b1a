using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Doctor;

/// <summary>Asks the API server, with a kubeconfig, what only it knows. It never writes.</summary>
internal sealed class ApiReader : IDisposable
{
    private const string SystemNamespace = "namespaces/kube-system";
    private const string DnsSelector = "labelSelector=k8s-app%3Dkube-dns";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http;
    private readonly List<IDisposable> _certificates = [];

    private ApiReader(Kubeconfig kubeconfig)
    {
        var tls = new SslClientAuthenticationOptions();
        if (kubeconfig.Authority is { } authority)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(authority);
            _certificates.AddRange(roots);
            tls.CertificateChainPolicy = ServerCertificate.PolicyFor(roots);
        }

        if (kubeconfig.Client is var (certificate, key))
        {
            X509Certificate2 client = X509Certificate2.CreateFromPem(certificate, key);
            _certificates.Add(client);
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(client, null, offline: true);
        }

        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, SslOptions = tls })
        {
            BaseAddress = kubeconfig.Server,
            Timeout = Patience,
        };
        if (kubeconfig.Token is { } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Whatever goes wrong becomes the facts' problem.</summary>
    public static async Task<ApiFacts> ReadAsync(Kubeconfig? kubeconfig, string path, CancellationToken stop)
    {
        if (kubeconfig is null)
            return Nothing($"there is no {path}: name a kubeconfig with --kubeconfig");
        if (kubeconfig.Server is null)
            return Nothing(kubeconfig.Problem!);
        try
        {
            using var reader = new ApiReader(kubeconfig);
            return await reader.ReadAsync(stop);
        }
        catch (Exception refused) when (refused is HttpRequestException or OperationCanceledException
            or CryptographicException or JsonException)
        {
            stop.ThrowIfCancellationRequested();
            string reason = refused is OperationCanceledException
                ? $"no answer within {Patience.TotalSeconds:0} s"
                : (refused.InnerException ?? refused).Message;
            return Nothing($"{kubeconfig.Server} could not be asked with {path}: {reason}");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (IDisposable certificate in _certificates)
            certificate.Dispose();
    }

    private static ApiFacts Nothing(string problem) => new(problem, null, null, null, null);

    private async Task<ApiFacts> ReadAsync(CancellationToken stop)
    {
        JsonElement? nodes = await GetAsync("/api/v1/nodes", stop);
        JsonElement? deployments = await GetAsync($"/apis/apps/v1/{SystemNamespace}/deployments?{DnsSelector}", stop);
        JsonElement? pods = await GetAsync($"/api/v1/{SystemNamespace}/pods?{DnsSelector}", stop);
        JsonElement? kubeadm = await GetAsync($"/api/v1/{SystemNamespace}/configmaps/kubeadm-config", stop);
        string? configuration = kubeadm is { } map ? ApiLists.Text(map, "data", "ClusterConfiguration") : null;
        string? problem = nodes is null && deployments is null
            ? $"{_http.BaseAddress} refuses to tell: the kubeconfig's user may not list nodes and deployments"
            : null;
        return new ApiFacts(problem, deployments, pods, nodes, configuration is { Length: > 0 } ? configuration : null);
    }

    // Null for what is refused or not there: one answer that is missing does not hide the others.
    private async Task<JsonElement?> GetAsync(string path, CancellationToken stop)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative), stop);
        if (!response.IsSuccessStatusCode)
            return null;
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop));
        return document.RootElement.Clone();
    }
}
