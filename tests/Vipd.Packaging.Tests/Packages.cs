using Vipd.Lab.Network;
using Vipd.Lab.Systemd;

namespace Vipd.Packaging.Tests;

/// <summary>What every test starts from, made once: the packages, a Debian, and one with vipd installed.</summary>
public sealed class Packages : IDisposable
{
    internal const string Version = "0.9.1";
    internal const string PreviousVersion = "0.9.0";

    private readonly SegmentName _name = SegmentName.Reserve();
    private readonly Lazy<string> _debian = new(() => HostCommand.Must("bash", "tests/debian-tree.sh"));
    private readonly Lazy<string> _built;
    private readonly Lazy<string> _previousDeb;
    private readonly Lazy<string> _installed;

    public Packages()
    {
        // Built once for several runs: packaging/build.sh --version 0.9.1 --output DIR
        _built = new Lazy<string>(
            () => Environment.GetEnvironmentVariable("VIPD_PACKAGES") is { Length: > 0 } there
                ? there
                : Build("packages"));
        _previousDeb = new Lazy<string>(MakePrevious);
        _installed = new Lazy<string>(InstallPrevious);
    }

    /// <summary>A folder: Debian with systemd and without vipd.</summary>
    public string Debian => _debian.Value;

    public string Deb => Path.Combine(_built.Value, $"vipd_{Version}_amd64.deb");

    public string Rpm => Path.Combine(_built.Value, $"vipd-{Version}-1.x86_64.rpm");

    /// <summary>The same content under a lower version, so that what is tested is the upgrade alone.</summary>
    public string PreviousDeb => _previousDeb.Value;

    /// <summary>Layers of a machine on which apt has installed the previous version.</summary>
    public IReadOnlyList<string> WithPreviousInstalled => [Debian, _installed.Value];

    /// <summary>A folder of the tests' own that goes with them.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(_name.Directory, name)).FullName;

    /// <summary>Builds both packages from the published file into a new folder, and returns that.</summary>
    public string Build(string folder)
    {
        var output = NewFolder(folder);
        HostCommand.Must(
            "bash", "packaging/build.sh",
            "--binary", VipdBinary.Path, "--version", Version, "--output", output);
        return output;
    }

    /// <summary>Copies a package into a machine and has apt install it.</summary>
    public static string Install(Machine machine, string package)
    {
        var inside = $"/var/tmp/{Path.GetFileName(package)}";
        File.Copy(package, machine.PathOf(inside), overwrite: true);
        return machine.Must(
            "apt-get", "install", "--yes", "--quiet", "--allow-downgrades", inside);
    }

    public void Dispose() => _name.Remove();

    private string MakePrevious()
    {
        var folder = NewFolder("previous");
        var file = Path.Combine(_name.Directory, $"vipd_{PreviousVersion}_amd64.deb");
        HostCommand.Must("dpkg-deb", "--raw-extract", Deb, folder);
        HostCommand.Must("sed", "-i", $"s/^Version: .*/Version: {PreviousVersion}/", $"{folder}/DEBIAN/control");
        HostCommand.Must("dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, file);
        return file;
    }

    private string InstallPrevious()
    {
        using var cluster = MachineCluster.Boot(1, Debian);
        var machine = cluster.Machines[0];
        Install(machine, PreviousDeb);
        machine.PowerOff();
        var layer = Path.Combine(_name.Directory, "installed");
        Directory.Move(Machine.WrittenBy(machine.Node), layer);
        return layer;
    }
}

/// <summary>One after the other: they measure milliseconds on two cores.</summary>
[CollectionDefinition(Name)]
public sealed class OneAtATime : ICollectionFixture<Packages>
{
    public const string Name = "packages";
}
