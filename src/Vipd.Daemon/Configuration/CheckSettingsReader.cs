namespace Vipd.Daemon.Configuration;

/// <summary>What each type of check has of its own → <see cref="CheckSettings"/>.</summary>
internal sealed class CheckSettingsReader(ErrorList errors)
{
    private const int MaxArguments = 64;
    private const int MaxHeaders = 32;

    private static readonly ScalarFormat<FileExpectation> Expectation = ScalarFormats.Choice(
        ("exists", FileExpectation.Exists), ("absent", FileExpectation.Absent), ("weight", FileExpectation.Weight));

    public CheckSettings Read(string type, MappingReader map) => type switch
    {
        HttpSettings.TypeName => ReadHttp(map),
        TcpSettings.TypeName => new TcpSettings(
            map.Required("address", NetworkFormats.TargetEndPoint, new TargetEndPoint("", 0)), ReadDeathWatch(map)),
        CommandSettings.TypeName => new CommandSettings(new EquatableList<string>(ReadCommand(map))),
        ProcessSettings.TypeName => ReadProcess(map),
        FileSettings.TypeName => new FileSettings(
            map.Required("path", ScalarFormats.AbsolutePath, "/"),
            map.Optional("expect", Expectation, FileExpectation.Exists)),
        _ => ReadKubernetesApiserver(map),
    };

    private KubernetesApiserverSettings ReadKubernetesApiserver(MappingReader map)
    {
        (string? certificate, string? key) = ReadClientCertificate(map);
        return new KubernetesApiserverSettings(
            map.Optional("url", NetworkFormats.HttpsUrl, new Uri("https://127.0.0.1:6443/readyz")))
        {
            CaFile = map.Optional("caFile", ScalarFormats.AbsolutePath, "/etc/kubernetes/pki/ca.crt"),
            ServerName = map.Optional("serverName", NetworkFormats.ServerName, "kubernetes"),
            InsecureSkipVerify = map.Optional("insecureSkipVerify", ScalarFormats.Boolean, false),
            ClientCertFile = certificate,
            ClientKeyFile = key,
            TokenFile = map.OptionalText("tokenFile", ScalarFormats.AbsolutePath),
            DeathWatch = ReadDeathWatch(map),
        };
    }

    private HttpSettings ReadHttp(MappingReader map)
    {
        Uri url = map.Required("url", NetworkFormats.HttpUrl, new Uri("http://localhost"));
        string? caFile = map.OptionalText("caFile", ScalarFormats.AbsolutePath);
        bool insecure = map.Optional("insecureSkipVerify", ScalarFormats.Boolean, false);
        (string? certificate, string? key) = ReadClientCertificate(map);
        bool isTls = url.Scheme == Uri.UriSchemeHttps;
        if (isTls && caFile is null && !insecure)
        {
            errors.Add(
                map.PositionOf("url"),
                "url: https needs caFile (/etc/ssl/certs/ca-certificates.crt for the public ones), "
                + "or insecureSkipVerify: true");
        }

        foreach (string tlsOnly in (string[])["caFile", "serverName", "insecureSkipVerify", "clientCertFile"])
        {
            if (!isTls && map.Has(tlsOnly))
            {
                errors.Add(
                    map.PositionOf(tlsOnly),
                    $"{tlsOnly}: has no use, as the url begins with http://; remove it, or write https://");
            }
        }

        return new HttpSettings(url)
        {
            CaFile = caFile,
            ServerName = map.Optional("serverName", NetworkFormats.ServerName, url.DnsSafeHost),
            InsecureSkipVerify = insecure,
            ClientCertFile = certificate,
            ClientKeyFile = key,
            TokenFile = map.OptionalText("tokenFile", ScalarFormats.AbsolutePath),
            DeathWatch = ReadDeathWatch(map),
            ExpectStatus = map.Optional("expectStatus", NetworkFormats.StatusRange, new StatusRange(200, 299)),
            BodyContains = map.OptionalText("bodyContains", ScalarFormats.Text),
            Headers = new EquatableList<HttpHeader>(ReadHeaders(map)),
        };
    }

    private (string? Certificate, string? Key) ReadClientCertificate(MappingReader map)
    {
        string? certificate = map.OptionalText("clientCertFile", ScalarFormats.AbsolutePath);
        string? key = map.OptionalText("clientKeyFile", ScalarFormats.AbsolutePath);
        if (map.Has("clientCertFile") != map.Has("clientKeyFile"))
        {
            bool hasCertificate = map.Has("clientCertFile");
            string given = hasCertificate ? "clientCertFile" : "clientKeyFile";
            string missing = hasCertificate ? "clientKeyFile" : "clientCertFile";
            errors.Add(map.PositionOf(given), $"{given}: goes together with {missing}; add that");
        }

        return (certificate, key);
    }

    private static bool ReadDeathWatch(MappingReader map) => map.Optional("deathWatch", ScalarFormats.Boolean, true);

    private List<HttpHeader> ReadHeaders(MappingReader map)
    {
        List<HttpHeader> headers = [];
        foreach ((ScalarNode name, ConfigurationNode value) in
            map.OptionalPairs("headers", MaxHeaders, NetworkFormats.HeaderName))
        {
            headers.Add(new HttpHeader(
                name.Text, MappingReader.ReadScalar("headers", value, ScalarFormats.Text, "", errors)));
        }

        return headers;
    }

    private List<string> ReadCommand(MappingReader map)
    {
        List<string> arguments = [];
        foreach (ConfigurationNode argument in map.RequiredList("command", MaxArguments))
        {
            ScalarFormat<string> format = arguments.Count == 0 ? ScalarFormats.AbsolutePath : ScalarFormats.Text;
            arguments.Add(MappingReader.ReadScalar("command", argument, format, "", errors));
        }

        return arguments;
    }

    private ProcessSettings ReadProcess(MappingReader map)
    {
        string? process = map.OptionalText("process", ScalarFormats.FileName);
        string? pidFile = map.OptionalText("pidFile", ScalarFormats.AbsolutePath);
        if (!map.Has("process") && !map.Has("pidFile"))
            errors.Add(map.PositionOf("type"), "type: process needs process (a name) or pidFile, or both");
        return new ProcessSettings(process, pidFile);
    }
}
