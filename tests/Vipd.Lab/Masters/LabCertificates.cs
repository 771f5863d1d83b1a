using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vipd.Lab.Masters;

/// <summary>
/// A CA of the lab's own and a serving certificate as kubeadm makes it: SAN "kubernetes", the nodes, the VIP.
/// </summary>
public sealed record LabCertificates(string Directory)
{
    public string CaFile => Path.Combine(Directory, "ca.crt");

    public string CertificateFile => Path.Combine(Directory, "apiserver.crt");

    public string KeyFile => Path.Combine(Directory, "apiserver.key");

    /// <summary>Writes ca.crt, apiserver.crt and apiserver.key (PEM) into the directory.</summary>
    public static LabCertificates Create(string directory, params IReadOnlyList<IPAddress> addresses)
    {
        var files = new LabCertificates(directory);
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));

        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=vipd-lab CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var ca = caRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(SubjectAlternativeNames(addresses));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(ca, from, until, RandomNumberGenerator.GetBytes(16));

        File.WriteAllText(files.CaFile, ca.ExportCertificatePem());
        File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(files.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    private static X509Extension SubjectAlternativeNames(IReadOnlyList<IPAddress> addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("kubernetes");
        names.AddDnsName("kubernetes.default.svc");
        foreach (var address in addresses.Append(IPAddress.Loopback)) names.AddIpAddress(address);
        return names.Build();
    }
}
