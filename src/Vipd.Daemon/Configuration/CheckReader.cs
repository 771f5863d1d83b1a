namespace Vipd.Daemon.Configuration;

/// <summary>Entries of `checks` → <see cref="CheckConfiguration"/>.</summary>
internal sealed class CheckReader(ErrorList errors)
{
    public const int MaxChecks = 256;

    private static readonly string[] Types =
        [KubernetesApiserverSettings.TypeName, "http", "tcp", "command", "process", "file"];

    private static readonly ScalarFormat<string> CheckType =
        ScalarFormats.Choice([.. Types.Select(type => (type, type))]);

    private static readonly CheckWeights DefaultWeights = new(CheckWeight.Lower(40), CheckWeight.Lower(80));

    private readonly Claims<string> _names = new(errors);
    private readonly List<string> _declared = [];

    /// <summary>Every name that was read, also of checks with other errors: a reference to it is right.</summary>
    public IReadOnlyList<string> DeclaredNames => _declared;

    public IReadOnlyList<CheckConfiguration> Read(IReadOnlyList<ConfigurationNode> nodes) =>
        [.. nodes.Select(ReadOne).OfType<CheckConfiguration>()];

    private CheckConfiguration? ReadOne(ConfigurationNode node)
    {
        // The other keys hang on the type: under a type that is refused anyway they can't be judged.
        string? type = ((node as MappingNode)?.Find("type") as ScalarNode)?.Text;
        bool isOtherType = type is not null and not KubernetesApiserverSettings.TypeName;
        return MappingReader.Read("checks", node, errors, map => ReadCheck(map, isOtherType));
    }

    private CheckConfiguration? ReadCheck(MappingReader map, bool isOtherType)
    {
        string name = map.Required("name", ScalarFormats.Name, "", (value, at) =>
        {
            _declared.Add(value);
            _names.Claim(value, at, $"name: another check is named '{value}',");
        });
        map.Required("type", CheckType, "");
        if (isOtherType)
        {
            map.ReserveAll();
            return null;
        }

        return new CheckConfiguration(
            name,
            map.Optional("interval", Durations.Positive, TimeSpan.FromMilliseconds(250)),
            map.Optional("timeout", Durations.Positive, TimeSpan.FromSeconds(2.5)),
            map.Optional("rise", ScalarFormats.Integer(1, 255), 3),
            map.Optional("fall", ScalarFormats.Integer(1, 255), 2),
            map.Section("weights", weights => new CheckWeights(
                weights.Optional("notReady", ScalarFormats.Weight, DefaultWeights.NotReady),
                weights.Optional("down", ScalarFormats.Weight, DefaultWeights.Down))),
            ReadKubernetesApiserver(map));
    }

    private KubernetesApiserverSettings ReadKubernetesApiserver(MappingReader map)
    {
        string? certificate = map.OptionalText("clientCertFile", ScalarFormats.AbsolutePath);
        string? key = map.OptionalText("clientKeyFile", ScalarFormats.AbsolutePath);
        if (map.Has("clientCertFile") != map.Has("clientKeyFile"))
        {
            string given = map.Has("clientCertFile") ? "clientCertFile" : "clientKeyFile";
            errors.Add(map.PositionOf(given), $"{given}: clientCertFile and clientKeyFile go together; one is missing");
        }

        return new KubernetesApiserverSettings(
            map.Optional("url", NetworkFormats.HttpsUrl, new Uri("https://127.0.0.1:6443/readyz")),
            map.Optional("caFile", ScalarFormats.AbsolutePath, "/etc/kubernetes/pki/ca.crt"),
            map.Optional("serverName", NetworkFormats.ServerName, "kubernetes"),
            map.Optional("insecureSkipVerify", ScalarFormats.Boolean, false),
            certificate,
            key,
            map.OptionalText("tokenFile", ScalarFormats.AbsolutePath));
    }
}
