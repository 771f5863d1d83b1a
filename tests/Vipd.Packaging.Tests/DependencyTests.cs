using System.Text.RegularExpressions;
using Vipd.Lab;
using Vipd.Lab.Masters;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Packaging.Tests;

/// <summary>
/// The libraries that the package says it needs are those it needs: a root that holds nothing else, in which vipd asks
/// an apiserver over HTTPS. The libraries come from Debian's own packages, which debootstrap has left in the tree.
/// </summary>
[Collection(OneAtATime.Name)]
public partial class DependencyTests(Packages packages)
{
    private const string Configuration = """
        metrics:
          listen: none
        virtualRouters:
          - name: apiserver
            vrid: 51
            addresses: [192.0.2.100/32]
            checks: [kube-apiserver]
        checks:
          - name: kube-apiserver
            type: kubernetesApiserver
            caFile: /ca.crt
            rise: 1

        """;

    private const string Mounts = "mount --bind /proc \"$1/proc\" && mount --bind /dev \"$1/dev\"";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [NetnsFact]
    public void With_the_declared_libraries_alone_an_apiserver_is_checked_over_HTTPS() => AskFrom(
        "declared", _ => true, (vipd, ask) => ask().Contains("\"class\": \"ready\"", StringComparison.Ordinal));

    [NetnsFact]
    public void Without_libssl_it_is_not() => AskFrom(
        "without-libssl", package => !package.StartsWith("libssl", StringComparison.Ordinal),
        (vipd, _) => vipd.HasExited && vipd.Log.Contains("libssl", StringComparison.Ordinal));

    private void AskFrom(string name, Func<string, bool> isThere, Func<LabProcess, Func<string>, bool> expected)
    {
        using var segment = Segment.Create(new SegmentOptions { Masters = 1 });
        var node = segment.Masters[0];
        var root = packages.NewFolder(name);
        HostCommand.Must("dpkg-deb", "--extract", packages.Deb, root);
        foreach (var library in DeclaredLibraries().Where(isThere))
        {
            var file = Directory.GetFiles($"{packages.Debian}/var/cache/apt/archives", $"{library}_*.deb").Single();
            HostCommand.Must("dpkg-deb", "--extract", file, root);
        }
        // What the kernel and not a package provides; the folders for the socket.
        foreach (var folder in (string[])["proc", "dev", "run/vipd"])
            Directory.CreateDirectory(Path.Combine(root, folder));
        var certificates = LabCertificates.Create(segment.Directory, node.Address);
        File.Copy(certificates.CaFile, Path.Combine(root, "ca.crt"));
        File.WriteAllText(Path.Combine(root, "vipd.yaml"), Configuration);

        using var apiServer = LabProcess.Start(node, "apiserver", LabProgram.Path, "apiserver",
            "--port", "6443", "--pki", certificates.Directory, "--control", node.PathOf("readyz"));
        using var vipd = LabProcess.Start(node, "vipd", "unshare", "--mount", "sh", "-c",
            $"{Mounts} && exec chroot \"$1\" /usr/bin/vipd run --config /vipd.yaml", "sh", root);
        Observe.Until("the expected verdict", Bound, () => expected(vipd, () => Status(node, root)),
            () => vipd.Log + Status(node, root));
    }

    private static string Status(LabNode node, string root)
    {
        using var status = LabProcess.Start(node, $"status-{Guid.NewGuid():N}", "unshare", "--mount", "sh", "-c",
            $"{Mounts} && exec chroot \"$1\" /usr/bin/vipd status -o json --config /vipd.yaml", "sh", root);
        return status.WaitForExit(Bound) ? status.Log : throw new TimeoutException("vipd status");
    }

    /// <summary>Of several alternatives the one that this Debian has.</summary>
    private IEnumerable<string> DeclaredLibraries() =>
        from dependency in HostCommand.Must("dpkg-deb", "--field", packages.Deb, "Depends").Split(", ")
        from alternative in dependency.Split(" | ")
        let package = PackageName().Match(alternative).Value
        where package.StartsWith("lib", StringComparison.Ordinal)
            && Directory.GetFiles($"{packages.Debian}/var/cache/apt/archives", $"{package}_*.deb").Length > 0
        select package;

    [GeneratedRegex(@"^[a-z0-9.+-]+")]
    private static partial Regex PackageName();
}
