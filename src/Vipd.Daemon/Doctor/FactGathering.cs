using System.Globalization;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Control;
using Vipd.Daemon.Health;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>The doctor's edge: reads files, the kernel, the API server and the wire, and judges nothing.</summary>
/// <param name="kubeconfig">With which the API server is asked.</param>
/// <param name="listen">How long to listen on the wire; zero: not at all.</param>
/// <param name="isThisMachine">False where the files are another machine's: then tools and daemon are not
/// asked.</param>
internal sealed class FactGathering(
    VipdConfiguration configuration, MachineFiles files, string kubeconfig, TimeSpan listen, bool isThisMachine)
{
    private const string PkiFolder = "/etc/kubernetes/pki";

    private static readonly string OwnProcessId = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static readonly string[] KubeconfigNames =
        ["admin.conf", "super-admin.conf", "kubelet.conf", "scheduler.conf", "controller-manager.conf"];

    /// <exception cref="Linux.LinuxException">The kernel does not tell its links or addresses.</exception>
    public async Task<DoctorFacts> GatherAsync(CancellationToken stop)
    {
        MachineDescription machine = MachineDescription.Read(files);
        NodeFacts node = ReadNode(machine);
        return new DoctorFacts
        {
            Configuration = configuration,
            Machine = machine,
            Now = DateTimeOffset.UtcNow,
            Manifests = ReadManifests(),
            Kubeconfigs =
            [
                .. KubeconfigNames.Select(name => Kubeconfig.Read(files,
                    $"/etc/kubernetes/{name}")).OfType<Kubeconfig>(),
            ],
            Certificates =
            [
                .. new[] { PkiFolder, $"{PkiFolder}/etcd" }.SelectMany(files.List)
                    .Where(path => path.EndsWith(".crt", StringComparison.Ordinal))
                    .Select(path => CertificateFile.Read(files, path)).OfType<CertificateFile>(),
            ],
            Api = await ApiReader.ReadAsync(Kubeconfig.Read(files, kubeconfig), kubeconfig, stop),
            Readyz = await ProbeAsync(stop),
            Wire = listen > TimeSpan.Zero
                ? await WireListener.ListenAsync(configuration.VirtualRouters, machine, files, listen, stop)
                : new Dictionary<string, WireFacts>(),
            Firewall = await ReadFirewallAsync(node, stop),
            Node = node,
            Status = isThisMachine ? await AskDaemonAsync(stop) : null,
        };
    }

    private Dictionary<string, StaticPodManifest> ReadManifests()
    {
        var manifests = new Dictionary<string, StaticPodManifest>(StringComparer.Ordinal);
        foreach (string path in files.List(StaticPodManifest.Folder))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (StaticPodManifest.Read(files, name) is { } manifest)
                manifests[name] = manifest;
        }

        return manifests;
    }

    private NodeFacts ReadNode(MachineDescription machine) => new()
    {
        Sysctls = ReadSysctls(
        [
            "net/ipv4/ip_forward",
            .. from link in (IEnumerable<string>)["all", .. machine.Links.Select(link => link.Name)]
               from name in (string[])["rp_filter", "arp_ignore", "arp_announce"]
               select $"net/ipv4/conf/{link}/{name}",
        ]),
        Processes =
        [
            .. files.ListFolders("/proc").Where(path => char.IsAsciiDigit(path[^1]))
                .Select(path => files.Read($"{path}/comm").Text?.Trim()).OfType<string>().Distinct(),
        ],
        KubeletFlags = Texts(["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"]),
        KeepalivedConfiguration = Texts(["/etc/keepalived/keepalived.conf"]),
        KubeVipManifest = Texts(files.List(StaticPodManifest.Folder).Where(path =>
            path.Contains("kube-vip", StringComparison.Ordinal))),
        Networkd = NetworkdFacts.Read(files),
        NetworkManagerRuns = files.ListFolders("/run").Contains("/run/NetworkManager"),
        IsClockSynchronised = files.Exists("/run/systemd/timesync/synchronized"),
        IsVipdBlindfolded = IsVipdBlindfolded(),
        Kernel = ParseKernel(files.Read("/proc/sys/kernel/osrelease").Text ?? ""),
    };

    /// <summary>`6.1.0-18-amd64` → 6.1.</summary>
    public static Version ParseKernel(string release)
    {
        string[] parts = release.Split('.', '-', '+');
        return parts.Length > 1
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
                ? new Version(major, minor)
                : new Version(0, 0);
    }

    /// <summary>
    /// By the mount of /proc that a running vipd has: this one, and any that was started by hand, see everything.
    /// </summary>
    private bool? IsVipdBlindfolded()
    {
        string[] mounts =
        [
            .. files.ListFolders("/proc").Where(path => char.IsAsciiDigit(path[^1]))
                .Where(path => files.Read($"{path}/comm").Text?.Trim() == "vipd"
                    && Path.GetFileName(path) != OwnProcessId)
                .Select(path => files.Read($"{path}/mountinfo").Text).OfType<string>(),
        ];
        // proc(5): hidepid=2 until Linux 5.8, by name since.
        return mounts.Length == 0 ? null : mounts.Any(text => text.Split('\n').Any(line =>
            line.Contains(" /proc ", StringComparison.Ordinal)
            && (line.Contains("hidepid=invisible", StringComparison.Ordinal)
                || line.Contains("hidepid=2", StringComparison.Ordinal))));
    }

    private Dictionary<string, string> ReadSysctls(IEnumerable<string> names)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (files.Read($"/proc/sys/{name}").Text is { } text)
                values[name] = text.Trim();
        }

        return values;
    }

    private string Texts(IEnumerable<string> paths) =>
        string.Join('\n', paths.Select(path => files.Read(path).Text).OfType<string>());

    private async Task<ReadyzFacts?> ProbeAsync(CancellationToken stop)
    {
        CheckConfiguration? check =
            configuration.Checks.FirstOrDefault(check => check.Settings is KubernetesApiserverSettings);
        if (check?.Settings is not KubernetesApiserverSettings settings)
            return null;
        using var probe = new KubernetesApiserverCheck(
            settings with { CaFile = settings.CaFile is { } path ? files.PathOf(path) : null },
            check.Timeout,
            TimeProvider.System);
        CheckAnswer answer = await probe.ProbeAsync(stop);
        return new ReadyzFacts(check.Name, answer.Class.Name(), answer.Reasons);
    }

    private async Task<FirewallFacts> ReadFirewallAsync(NodeFacts node, CancellationToken stop)
    {
        string? zones = node.Processes.Contains("firewalld") ? Texts(files.List("/etc/firewalld/zones")) : null;
        return isThisMachine
            ? new FirewallFacts(
                await ToolOutput.ReadAsync("nft", ["list", "ruleset"], stop),
                await ToolOutput.ReadAsync("iptables-save", [], stop),
                zones,
                await ToolOutput.ReadAsync("ip6tables-save", [], stop))
            : new FirewallFacts(null, null, zones);
    }

    private async Task<StatusDocument?> AskDaemonAsync(CancellationToken stop)
    {
        using var client = new ControlClient(configuration.Control.Socket);
        try
        {
            return await client.Get(stop);
        }
        catch (ControlUnavailableException)
        {
            return null;
        }
    }
}
