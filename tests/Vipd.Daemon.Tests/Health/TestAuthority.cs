using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vipd.Daemon.Tests.Health;

/// <summary>A certificate authority made for one test; `kubeadm init` makes such a one.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "kubernetes-ca")
    {
        CertificateRequest request = Request(name, _key);
        _certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    private TestAuthority(string name, TestAuthority parent)
    {
        CertificateRequest request = Request(name, _key);
        using X509Certificate2 signed = request.Create(
            parent._certificate, DateTimeOffset.UtcNow.AddDays(-300), DateTimeOffset.UtcNow.AddDays(300), [2]);
        _certificate = signed.CopyWithPrivateKey(_key);
    }

    public X509Certificate2 Certificate => _certificate;

    public string Pem => _certificate.ExportCertificatePem();

    public TestAuthority Intermediate() => new("intermediate-ca", this);

    /// <summary>With its key; valid from <paramref name="from"/> to <paramref name="to"/> days from now.</summary>
    public X509Certificate2 Issue(string[] dnsNames, int from = -30, int to = 30, params string[] addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in dnsNames)
            names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Parse("10.96.0.1"));
        foreach (string address in addresses)
            names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        // Serial numbers must differ within an authority; 1 and 2 are authorities.
        byte[] serial = [.. RandomNumberGenerator.GetBytes(8).Select(b => (byte)(b & 0x7f | 0x40))];
        using X509Certificate2 signed = request.Create(
            _certificate, DateTimeOffset.UtcNow.AddDays(from), DateTimeOffset.UtcNow.AddDays(to), serial);
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
