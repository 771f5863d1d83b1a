using System.Net;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>
/// Certificates and endpoints: whoever goes to the virtual IP must find what it is willing to talk to.
/// </summary>
internal static class CertificateFindings
{
    private const string Area = "certificates";
    private const string ApiserverCertificate = "/etc/kubernetes/pki/apiserver.crt";
    private const int DaysBeforeWarning = 30;

    private static readonly Check Names = new(
        "apiserver-certificate-names",
        Area,
        "a client that verifies, as every kubelet and kubectl does, refuses an API server whose certificate does "
            + "not name the "
            + "address that it went to");

    private static readonly Check Expiry = new(
        "certificate-expiry", Area, "the day a certificate ends, every component that shows it is refused");

    private static readonly Check Server = new(
        "kubeconfig-server", Area, "a component that goes to one master's own address stops when that master does");

    private static readonly Check ControlPlaneEndpoint = new(
        "control-plane-endpoint",
        Area,
        "kubeadm gives this address to every node that joins, and to certificates that it renews");

    public static IEnumerable<Finding> All(DoctorFacts facts) =>
        [NamesOf(facts), ExpiryOf(facts), .. ServersOf(facts), EndpointOf(facts)];

    public static Finding NamesOf(DoctorFacts facts)
    {
        CertificateFile? certificate = facts.Certificates.FirstOrDefault(file => file.File == ApiserverCertificate);
        if (certificate is null)
            return Names.Skipped($"{ApiserverCertificate} is not there: kubeadm has made no API server here");
        if (certificate.Problem is { } problem)
            return Names.Skipped(problem);
        string[] wanted = [.. facts.EndpointAddresses.Select(address => address.ToString()), .. EndpointNames(facts)];
        string[] missing = [.. wanted.Where(name => !Covers(certificate.Names, name))];
        string present = string.Join(", ", certificate.Names);
        return missing.Length == 0
            ? Names.Ok($"{certificate.File} names {string.Join(", ", wanted)}")
            : Names.Failed(
                $"{certificate.File} does not name {string.Join(", ", missing)}; it names {present}",
                $"mv /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key /tmp && kubeadm init "
                    + "phase certs "
                    + $"apiserver --apiserver-cert-extra-sans {string.Join(',', missing)} && crictl rm -f "
                    + "$(crictl ps -q "
                    + "--name kube-apiserver); and add them to apiServer.certSANs: kubectl -n kube-system edit cm "
                    + "kubeadm-config");
    }

    public static Finding ExpiryOf(DoctorFacts facts)
    {
        CertificateFile[] read = [.. facts.Certificates.Where(file => file.Problem is null)];
        if (read.Length == 0)
            return Expiry.Skipped("there is no certificate below /etc/kubernetes/pki that this user may read");
        CertificateFile first = read.MinBy(file => file.Ends)!;
        int days = (int)Math.Floor((first.Ends - facts.Now).TotalDays);
        const string renew = "kubeadm certs renew all, then restart the control plane's pods: "
            + "crictl rm -f $(crictl ps -q --name 'kube-apiserver|kube-controller-manager|kube-scheduler|etcd')";
        return days < 0 ? Expiry.Failed($"{first.File} ended on {first.Ends.UtcDateTime:yyyy-MM-dd}", renew)
            : days < DaysBeforeWarning ? Expiry.Warning($"{first.File} ends in {days} days", renew)
            : Expiry.Ok($"the first of {read.Length} to end is {first.File}, in {days} days");
    }

    public static IEnumerable<Finding> ServersOf(DoctorFacts facts)
    {
        if (facts.Kubeconfigs.Count == 0)
            yield return Server.Skipped("there are no kubeconfigs in /etc/kubernetes: kubeadm has not run here");
        foreach (Kubeconfig file in facts.Kubeconfigs)
            yield return ServerOf(file, facts);
    }

    public static Finding EndpointOf(DoctorFacts facts)
    {
        if (facts.Api.KubeadmConfig is not { } text)
            return ControlPlaneEndpoint.Skipped(facts.Api.Problem ?? "the cluster has no ConfigMap "
                + "kube-system/kubeadm-config");
        string? endpoint = YamlPath.Parse(text)?.At("controlPlaneEndpoint")?.Text();
        string host = HostOf(endpoint ?? "");
        string fix = $"kubectl -n kube-system edit cm kubeadm-config: controlPlaneEndpoint: \"{facts.Endpoint}\"";
        return endpoint is null
            ? ControlPlaneEndpoint.Failed("kubeadm has no controlPlaneEndpoint: no further master can join", fix)
            : facts.EndpointAddresses.Any(address => address.ToString() == host)
                ? ControlPlaneEndpoint.Ok($"it is {endpoint}")
                : IPAddress.TryParse(host, out _)
                    ? ControlPlaneEndpoint.Failed($"it is {endpoint}, which is no virtual IP of vipd's", fix)
                    : ControlPlaneEndpoint.Ok($"it is {endpoint}; see that this name leads to {facts.Endpoint}");
    }

    private static Finding ServerOf(Kubeconfig file, DoctorFacts facts)
    {
        if (file.Server is not { } server)
            return Server.Skipped(file.Problem!);
        string host = server.Host.Trim('[', ']');
        string fix = $"kubectl config set-cluster kubernetes --server https://{facts.Endpoint} --kubeconfig "
            + $"{file.File}, and "
            + "restart what uses it";
        // Since 1.19 kubeadm sends these to the API server beside them, and since 1.31 a master's kubelet too.
        bool mayBeLocal = !file.File.EndsWith("admin.conf", StringComparison.Ordinal);
        bool isOwn = host is "localhost" or "127.0.0.1" || facts.OwnAddresses.Any(
            own => own.Address.ToString() == host);
        if (facts.EndpointAddresses.Any(address => address.ToString() == host))
            return Server.Ok($"{file.File} goes to {host}");
        if (!IPAddress.TryParse(host, out _) && host != "localhost")
            return Server.Ok($"{file.File} goes to {host}; see that this name leads to {facts.Endpoint}");
        if (!isOwn)
            return Server.Failed($"{file.File} goes to {host}, another machine's own address", fix);
        return mayBeLocal
            ? Server.Ok($"{file.File} goes to this node's own API server, {host}, and lives and dies with it")
            : Server.Warning($"{file.File} goes to {host}, this node's own address: of no use on the day it is "
                + "down", fix);
    }

    /// <summary>Names that kubeconfigs and kubeadm use in place of the address.</summary>
    private static IEnumerable<string> EndpointNames(DoctorFacts facts)
    {
        string? endpoint = facts.Api.KubeadmConfig is { } text
            ? YamlPath.Parse(text)?.At("controlPlaneEndpoint")?.Text()
            : null;
        return facts.Kubeconfigs.Select(file => file.Server?.Host).Append(endpoint is null ? null : HostOf(endpoint))
            .OfType<string>()
            .Where(host => !IPAddress.TryParse(host.Trim('[', ']'), out _) && host != "localhost")
            .Distinct();
    }

    private static bool Covers(IReadOnlyList<string> names, string wanted) => names.Any(name =>
        string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("*.", StringComparison.Ordinal)
            && wanted.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && string.Equals(name[1..], wanted[dot..], StringComparison.OrdinalIgnoreCase)));

    private static string HostOf(string endpoint)
    {
        if (endpoint.StartsWith('['))
            return endpoint[1..Math.Max(1, endpoint.IndexOf(']', StringComparison.Ordinal))];
        int colon = endpoint.LastIndexOf(':');
        return colon > 0 && endpoint.IndexOf(':', StringComparison.Ordinal) == colon ? endpoint[..colon] : endpoint;
    }
}
