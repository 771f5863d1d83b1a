using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>What a TLS connection is made with; owned and disposed by the connection.</summary>
/// <param name="Roots">Who may have signed the server's certificate; null: not verified at all.</param>
/// <param name="Client">Sent when the server asks for it; null: none.</param>
public sealed record TlsMaterial(X509Certificate2Collection? Roots, SslStreamCertificateContext? Client) : IDisposable
{
    public void Dispose()
    {
        foreach (X509Certificate2 root in Roots ?? [])
            root.Dispose();
        Client?.TargetCertificate.Dispose();
        foreach (X509Certificate2 intermediate in Client?.IntermediateCertificates ?? [])
            intermediate.Dispose();
    }
}

/// <summary>
/// The files of a check that asks by HTTP. Before `kubeadm init` there are none; later they are rotated, not always
/// atomically and never all at the same time. So the last set that fitted together stays in use until a newer one does.
/// </summary>
public sealed class HttpCredentials(HttpTargetSettings settings)
{
    private readonly WatchedFile? _ca = Watch("caFile", settings.InsecureSkipVerify ? null : settings.CaFile);
    private readonly WatchedFile? _clientCert = Watch("clientCertFile", settings.ClientCertFile);
    private readonly WatchedFile? _clientKey = Watch("clientKeyFile", settings.ClientKeyFile);
    private readonly WatchedFile? _token = Watch("tokenFile", settings.TokenFile);
    private string? _materialProblem;
    private string? _tokenProblem;
    private bool _isFirstPoll = true;

    /// <summary>Null, or the bearer token as read last.</summary>
    public string? Token { get; private set; }

    /// <summary>What is wrong with the files now; the first thing is enough.</summary>
    public string? Problem =>
        _ca?.Problem ?? _clientCert?.Problem ?? _clientKey?.Problem ?? _token?.Problem
        ?? _materialProblem ?? _tokenProblem;

    /// <summary>False while a configured token was never read.</summary>
    public bool HasToken => _token is null || Token is not null;

    /// <summary>
    /// Looks at the files. A new set when one of them changed and all fit together, otherwise null: keep what you have.
    /// The caller owns it.
    /// </summary>
    public TlsMaterial? Poll()
    {
        // No short circuit: each file is looked at.
        bool changed = _isFirstPoll | _ca?.Poll() == true | _clientCert?.Poll() == true | _clientKey?.Poll() == true;
        _isFirstPoll = false;
        if (_token?.Poll() == true)
            ReadToken(_token);
        bool isComplete = IsReadOrUnused(_ca) && IsReadOrUnused(_clientCert) && IsReadOrUnused(_clientKey);
        return changed && isComplete ? Load() : null;
    }

    private static WatchedFile? Watch(string setting, string? path) => path is null ? null : new(setting, path);

    private static bool IsReadOrUnused(WatchedFile? file) => file is not { Content: null };

    private TlsMaterial? Load()
    {
        _materialProblem = null;
        X509Certificate2Collection? roots = LoadRoots();
        if (_materialProblem is not null)
            return null;
        if (_clientCert is null || _clientKey is null)
            return new TlsMaterial(roots, null);
        try
        {
            return new TlsMaterial(roots, LoadClient(Text(_clientCert), Text(_clientKey)));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            string files = $"{_clientCert.Description} and {_clientKey.Description}";
            _materialProblem = $"{files} are not a PEM certificate and its key: {e.Message}";
            new TlsMaterial(roots, null).Dispose();
            return null;
        }
    }

    private X509Certificate2Collection? LoadRoots()
    {
        if (_ca is null)
            return null;
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(Text(_ca));
            if (roots.Count == 0)
                _materialProblem = $"{_ca.Description} holds no PEM certificate";
        }
        catch (CryptographicException e)
        {
            _materialProblem = $"{_ca.Description} holds a broken certificate: {e.Message}";
        }

        return roots;
    }

    private static SslStreamCertificateContext LoadClient(string certificatePem, string keyPem)
    {
        X509Certificate2 leaf = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificatePem);
        // offline: intermediates come from the file, never from the network or the machine's stores.
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private void ReadToken(WatchedFile file)
    {
        string token = Text(file).Trim();
        bool isValid = token.Length > 0 && token.All(c => c is > ' ' and < '\x7f');
        _tokenProblem = isValid ? null : $"{file.Description} does not hold a bearer token";
        if (isValid)
            Token = token;
    }

    private static string Text(WatchedFile file) => Encoding.UTF8.GetString(file.Content ?? []);
}
