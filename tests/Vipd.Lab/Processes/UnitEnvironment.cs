namespace Vipd.Lab.Processes;

/// <summary>
/// The environment that the systemd unit gives to vipd, read from the unit, so that the lab runs what ships.
/// </summary>
internal static class UnitEnvironment
{
    private const string Key = "Environment=";

    internal static IReadOnlyList<KeyValuePair<string, string>> Variables { get; } =
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot(), "systemd", "vipd.service"))
            .Where(line => line.StartsWith(Key, StringComparison.Ordinal))
            .Select(line => line[Key.Length..].Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], pair[1])),
    ];

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "vipd.sln")))
        {
            directory = directory.Parent
                ?? throw new InvalidOperationException("vipd-lab runs inside the source tree only");
        }

        return directory.FullName;
    }
}
