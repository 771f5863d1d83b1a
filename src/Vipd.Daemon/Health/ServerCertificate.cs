using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Vipd.Daemon.Health;

/// <summary>Judges an apiserver's certificate, and says in words what is wrong with it.</summary>
public static class ServerCertificate
{
    private const string NoNames = "nobody (it has no subject alternative name)";

    /// <summary>
    /// How a server's certificate is verified: against these roots and no others, without asking the network.
    /// </summary>
    public static X509ChainPolicy PolicyFor(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    /// <summary>Null when the certificate is good, otherwise one line for people.</summary>
    /// <param name="caFile">Where the roots came from.</param>
    public static string? FindProblem(
        X509Certificate2 certificate,
        X509Chain chain,
        SslPolicyErrors errors,
        X509Certificate2Collection roots,
        string serverName,
        string caFile)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && !EndsAtIntermediateRoot(chain, roots))
            return DescribeChain(certificate, chain, caFile);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the certificate is for {Names(certificate)}, not for {serverName}";
        return null;
    }

    /// <summary>A warning when a certificate ends within <paramref name="soon"/>; otherwise null.</summary>
    public static string? DescribeEnd(DateTime endUtc, DateTime nowUtc, TimeSpan soon)
    {
        TimeSpan left = endUtc - nowUtc;
        if (left > soon || left < TimeSpan.Zero)
            return null;
        string days = (int)left.TotalDays == 1 ? "1 day" : $"{(int)left.TotalDays} days";
        return $"the server's certificate expires in {days}, on {Utc(endUtc)}: renew it";
    }

    /// <summary>
    /// As Go's verifier, and so kubectl's: whatever stands in caFile is trusted as it is, also an intermediate CA, with
    /// which OpenSSL's chain ends as "partial".
    /// </summary>
    private static bool EndsAtIntermediateRoot(X509Chain chain, X509Certificate2Collection roots) =>
        chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.PartialChain)
        && chain.ChainElements.Count > 1
        && roots.Any(root => IsSame(root, chain.ChainElements[^1].Certificate));

    private static string DescribeChain(X509Certificate2 leaf, X509Chain chain, string caFile)
    {
        DateTime now = DateTime.UtcNow;
        foreach (X509ChainElement element in chain.ChainElements)
        {
            X509Certificate2 certificate = element.Certificate;
            string whose = IsSame(certificate, leaf)
                ? "the certificate"
                : $"the CA certificate {certificate.Subject}";
            if (now > certificate.NotAfter.ToUniversalTime())
                return $"{whose} expired on {Utc(certificate.NotAfter)}";
            if (now < certificate.NotBefore.ToUniversalTime())
                return $"{whose} is not valid before {Utc(certificate.NotBefore)} (is this machine's clock right?)";
        }

        X509ChainStatusFlags all = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in chain.ChainStatus)
            all |= status.Status;
        const X509ChainStatusFlags Unknown =
            X509ChainStatusFlags.PartialChain
            | X509ChainStatusFlags.UntrustedRoot
            | X509ChainStatusFlags.NotSignatureValid;
        return (all & Unknown) != 0
            ? $"the certificate, issued by {leaf.Issuer}, is not signed by the CA in {caFile}"
            : $"the certificate is not acceptable: {all}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names =
            certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (names is null)
            return NoNames;
        IEnumerable<string> addresses = names.EnumerateIPAddresses().Select(address => address.ToString());
        return string.Join(", ", names.EnumerateDnsNames().Concat(addresses));
    }

    private static bool IsSame(X509Certificate2 left, X509Certificate2 right) =>
        left.RawDataMemory.Span.SequenceEqual(right.RawDataMemory.Span);

    private static string Utc(DateTime local) =>
        local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
