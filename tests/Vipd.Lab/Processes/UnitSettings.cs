namespace Vipd.Lab.Processes;

/// <summary>What the systemd unit gives to vipd, read from the unit, so that the lab runs what ships.</summary>
internal static class UnitSettings
{
    private static readonly string[] Lines = File.ReadAllLines(SourceTree.PathOf("systemd/vipd.service"));

    /// <summary>Environment=.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Variables { get; } =
        [.. ValuesOf("Environment").Select(value => value.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], pair[1]))];

    /// <summary>Nice=, as a command in front of the daemon's.</summary>
    internal static IReadOnlyList<string> Nice { get; } = ["nice", "-n", ValuesOf("Nice").Single()];

    private static IEnumerable<string> ValuesOf(string key) => Lines
        .Where(line => line.StartsWith(key + "=", StringComparison.Ordinal))
        .Select(line => line[(key.Length + 1)..]);
}
