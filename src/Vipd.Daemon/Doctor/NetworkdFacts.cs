using System.Globalization;
using Vipd.Daemon.Machine;
using Vipd.Linux;

namespace Vipd.Daemon.Doctor;

/// <summary>How systemd-networkd treats an interface that it manages.</summary>
/// <param name="File">The .network file that it goes by.</param>
/// <param name="KeepConfiguration">As that file and its drop-ins say last; null: they do not say.</param>
internal sealed record NetworkdLink(string File, string? KeepConfiguration);

/// <summary>What systemd-networkd takes away: addresses, routes and rules that are not its own.</summary>
/// <param name="Links">Those that it manages.</param>
/// <param name="ManagesForeignRoutes">It removes routes of others; so by default.</param>
/// <param name="ManagesForeignRules">It removes routing policy rules of others; so by default.</param>
internal sealed record NetworkdFacts(
    IReadOnlyDictionary<InterfaceIndex, NetworkdLink> Links, bool ManagesForeignRoutes, bool ManagesForeignRules)
{
    private static readonly string[] Folders = ["/usr/lib/systemd", "/run/systemd", "/etc/systemd"];

    /// <summary>Null where it does not run.</summary>
    public static NetworkdFacts? Read(MachineFiles files)
    {
        if (!files.Exists("/run/systemd/netif/state"))
            return null;
        var managed = new Dictionary<InterfaceIndex, NetworkdLink>();
        foreach (string path in files.List("/run/systemd/netif/links"))
        {
            if (Last([files.Read(path).Text ?? ""], "NETWORK_FILE") is { } file
                && int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int index))
            {
                managed[new InterfaceIndex(index)] =
                    new NetworkdLink(file, Last(NetworkTexts(files, file), "KeepConfiguration"));
            }
        }

        string[] settings =
        [
            files.Read("/etc/systemd/networkd.conf").Text ?? "",
            .. DropIns(files, "networkd.conf.d"),
        ];
        return new NetworkdFacts(
            managed,
            IsYes(Last(settings, "ManageForeignRoutes")),
            IsYes(Last(settings, "ManageForeignRoutingPolicyRules")));
    }

    private static IEnumerable<string> NetworkTexts(MachineFiles files, string file) =>
        [files.Read(file).Text ?? "", .. DropIns(files, $"network/{Path.GetFileName(file)}.d")];

    /// <summary>In the order of their names, whatever the folder: the last one that says something wins.</summary>
    private static IEnumerable<string> DropIns(MachineFiles files, string folder) => Folders
        .SelectMany(root => files.List($"{root}/{folder}"))
        .Where(path => path.EndsWith(".conf", StringComparison.Ordinal))
        .OrderBy(Path.GetFileName, StringComparer.Ordinal)
        .Select(path => files.Read(path).Text ?? "");

    // The keys looked for are in one section each, so sections need not be told apart.
    private static string? Last(IEnumerable<string> texts, string key) => texts
        .SelectMany(text => text.Split('\n'))
        .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
        .LastOrDefault(pair => pair.Length == 2 && pair[0] == key && pair[1].Length > 0)?[1];

    private static bool IsYes(string? value) => value is not ("no" or "false" or "off" or "0" or "n" or "f");
}
