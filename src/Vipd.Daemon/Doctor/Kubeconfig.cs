using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>Of a kubeconfig file, what leads to the API server.</summary>
/// <param name="File">Path on the machine.</param>
/// <param name="Server">`server:` of its cluster; null with a problem.</param>
/// <param name="Problem">Why it could not be read.</param>
internal sealed record Kubeconfig(string File, Uri? Server, string? Problem)
{
    /// <summary>PEM of the CA; null: none is named.</summary>
    public string? Authority { get; init; }

    /// <summary>PEM of certificate and key, as kubeadm embeds them; null: there is none.</summary>
    public (string Certificate, string Key)? Client { get; init; }

    public string? Token { get; init; }

    /// <summary>Null where there is no such file.</summary>
    public static Kubeconfig? Read(MachineFiles files, string path)
    {
        FileReading reading = files.Read(path);
        if (reading.IsAbsent)
            return null;
        return reading.Text is { } text ? Parse(files, path, text) : new Kubeconfig(path, null, reading.Problem);
    }

    private static Kubeconfig Parse(MachineFiles files, string path, string text)
    {
        ConfigurationNode? root = YamlPath.Parse(text);
        ConfigurationNode? cluster = root?.At("clusters")?.First()?.At("cluster");
        ConfigurationNode? user = root?.At("users")?.First()?.At("user");
        if (!Uri.TryCreate(cluster?.At("server")?.Text(), UriKind.Absolute, out Uri? server))
            return new Kubeconfig(path, null, $"{path} names no server of a cluster");
        string? certificate = Material(files, user, "client-certificate");
        string? key = Material(files, user, "client-key");
        return new Kubeconfig(path, server, null)
        {
            Authority = Material(files, cluster, "certificate-authority"),
            Client = certificate is null || key is null ? null : (certificate, key),
            Token = user?.At("token")?.Text(),
        };
    }

    // Embedded as NAME-data, or named as a file; the kubelet's is certificate and key in one.
    private static string? Material(MachineFiles files, ConfigurationNode? owner, string key)
    {
        if (owner?.At(key + "-data")?.Text() is not { } encoded)
            return owner?.At(key)?.Text() is { } path ? files.Read(path).Text : null;
        byte[] octets = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, octets, out int length)
            ? System.Text.Encoding.UTF8.GetString(octets, 0, length)
            : null;
    }
}
