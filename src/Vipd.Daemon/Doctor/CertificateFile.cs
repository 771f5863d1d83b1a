using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>What a certificate on disk says.</summary>
/// <param name="File">Path on the machine.</param>
/// <param name="Ends">When it expires; unspecified with a problem.</param>
/// <param name="Names">Subject alternative names, DNS names and addresses.</param>
/// <param name="Problem">Why it could not be read.</param>
internal sealed record CertificateFile(
    string File, DateTimeOffset Ends, IReadOnlyList<string> Names, string? Problem)
{
    /// <summary>Null where there is no such file.</summary>
    public static CertificateFile? Read(MachineFiles files, string path)
    {
        FileReading reading = files.Read(path);
        if (reading.IsAbsent)
            return null;
        if (reading.Text is not { } text)
            return new CertificateFile(path, default, [], reading.Problem);
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(text);
            X509SubjectAlternativeNameExtension[] names =
                [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()];
            return new CertificateFile(
                path,
                certificate.NotAfter,
                [
                    .. names.SelectMany(extension => extension.EnumerateDnsNames()),
                    .. names.SelectMany(extension => extension.EnumerateIPAddresses()).Select(name => name.ToString()),
                ],
                null);
        }
        catch (CryptographicException refused)
        {
            return new CertificateFile(path, default, [], $"{path} is no PEM certificate: {refused.Message}");
        }
    }
}
