namespace Vipd.Daemon.Configuration;

/// <summary>Entries of `checks` → <see cref="CheckConfiguration"/>: what every type has.</summary>
internal sealed class CheckReader(ErrorList errors)
{
    public const int MaxChecks = 256;

    private static readonly string[] Types =
    [
        KubernetesApiserverSettings.TypeName, HttpSettings.TypeName, TcpSettings.TypeName, CommandSettings.TypeName,
        ProcessSettings.TypeName, FileSettings.TypeName,
    ];

    private static readonly ScalarFormat<string> CheckType =
        ScalarFormats.Choice([.. Types.Select(type => (type, type))]);

    private static readonly CheckWeights DefaultWeights = new(CheckWeight.Lower(40), CheckWeight.Lower(80));

    private readonly Claims<string> _names = new(errors);
    private readonly CheckSettingsReader _settings = new(errors);
    private readonly List<string> _declared = [];

    /// <summary>Every name that was read, also of checks with other errors: a reference to it is right.</summary>
    public IReadOnlyList<string> DeclaredNames => _declared;

    public IReadOnlyList<CheckConfiguration> Read(IReadOnlyList<ConfigurationNode> nodes) =>
        [.. nodes.Select(ReadOne).OfType<CheckConfiguration>()];

    private CheckConfiguration? ReadOne(ConfigurationNode node) =>
        MappingReader.Read("checks", node, errors, ReadCheck);

    private CheckConfiguration? ReadCheck(MappingReader map)
    {
        string name = map.Required("name", ScalarFormats.Name, "", (value, at) =>
        {
            _declared.Add(value);
            _names.Claim(value, at, $"name: another check is named '{value}',");
        });
        string type = map.Required("type", CheckType, "");
        if (type.Length == 0)
        {
            // The other keys hang on the type: without one they can't be judged.
            map.ReserveAll();
            return null;
        }

        Pace pace = PaceOf(type);
        return new CheckConfiguration(
            name,
            map.Optional("interval", Durations.Positive, pace.Interval),
            map.Optional("timeout", Durations.Positive, pace.Timeout),
            map.Optional("rise", ScalarFormats.Integer(1, 255), pace.Rise),
            map.Optional("fall", ScalarFormats.Integer(1, 255), pace.Fall),
            ReadWeights(map),
            _settings.Read(type, map));
    }

    /// <summary>`weight: 50` is the short form of `weights: {notReady: 50, down: 50}`.</summary>
    private CheckWeights ReadWeights(MappingReader map)
    {
        if (map.Has("weight") && map.Has("weights"))
            errors.Add(map.PositionOf("weight"), "weight: weights is given as well; keep one of them");
        CheckWeight both = map.Optional("weight", ScalarFormats.Weight, DefaultWeights.Down);
        CheckWeights each = map.Section("weights", weights => new CheckWeights(
            weights.Optional("notReady", ScalarFormats.Weight, DefaultWeights.NotReady),
            weights.Optional("down", ScalarFormats.Weight, DefaultWeights.Down)));
        return map.Has("weight") ? new CheckWeights(both, both) : each;
    }

    /// <summary>
    /// A command is a process each time. Of a process and a file the kernel tells what matters, and the interval only
    /// finds what is new; what a file says was meant, so that it counts at once.
    /// </summary>
    private static Pace PaceOf(string type) => type switch
    {
        CommandSettings.TypeName => new Pace(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5), 3, 2),
        ProcessSettings.TypeName => new Pace(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5), 3, 2),
        FileSettings.TypeName => new Pace(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5), 1, 1),
        _ => new Pace(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2.5), 3, 2),
    };

    /// <summary>What a type of check begins with.</summary>
    private sealed record Pace(TimeSpan Interval, TimeSpan Timeout, int Rise, int Fall);
}
