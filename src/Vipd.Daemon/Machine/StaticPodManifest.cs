using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Machine;

/// <summary>A component that the kubelet starts from a file: what its command line says.</summary>
/// <param name="File">Path on the machine.</param>
/// <param name="Flags">`--name=value` of the first container, by name without dashes; a bare flag is "true".</param>
internal sealed record StaticPodManifest(string File, IReadOnlyDictionary<string, string> Flags)
{
    public const string Folder = "/etc/kubernetes/manifests";
    public const int DefaultSecurePort = 6443;

    /// <summary>Null when the flag isn't there.</summary>
    public string? Flag(string name) => Flags.GetValueOrDefault(name);

    /// <summary>`--secure-port` of a kube-apiserver.</summary>
    public int SecurePort => int.TryParse(Flag("secure-port"), out int port) ? port : DefaultSecurePort;

    /// <summary>The hosts of etcd's `--initial-cluster=name=https://host:2380,…`; none for others.</summary>
    public IReadOnlyList<string> InitialCluster =>
    [
        .. (Flag("initial-cluster") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(member => member[(member.IndexOf('=', StringComparison.Ordinal) + 1)..])
            .Where(url => Uri.TryCreate(url, UriKind.Absolute, out _))
            .Select(url => new Uri(url).Host.Trim('[', ']')),
    ];

    public static StaticPodManifest? Read(MachineFiles files, string component)
    {
        string path = $"{Folder}/{component}.yaml";
        return files.Read(path).Text is { } text ? Parse(path, text) : null;
    }

    /// <summary>Null when the text is no Pod with a container.</summary>
    public static StaticPodManifest? Parse(string file, string text)
    {
        ConfigurationNode? container = YamlPath.Parse(text)?.At("spec")?.At("containers")?.First();
        if (container is null)
            return null;
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string word in Words(container, "command").Concat(Words(container, "args")))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
                continue;
            string[] parts = word[2..].Split('=', 2);
            flags[parts[0]] = parts.Length == 2 ? parts[1] : "true";
        }

        return new StaticPodManifest(file, flags);
    }

    private static IEnumerable<string> Words(ConfigurationNode container, string key) =>
        (container.At(key)?.Items() ?? []).Select(item => item.Text()).OfType<string>();
}
