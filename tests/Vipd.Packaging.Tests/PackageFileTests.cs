using System.Security.Cryptography;

namespace Vipd.Packaging.Tests;

/// <summary>The package files themselves.</summary>
[Collection(OneAtATime.Name)]
public class PackageFileTests(Packages packages)
{
    [NetnsFact]
    public void Built_twice_they_are_the_same_bit_for_bit()
    {
        var again = packages.Build("again");
        foreach (var file in (string[])[packages.Deb, packages.Rpm])
            Assert.Equal(Hash(file), Hash(Path.Combine(again, Path.GetFileName(file))));
    }

    [NetnsFact]
    public void Lintian_has_nothing_to_say()
    {
        var result = HostCommand.Run(
            "lintian", "--allow-root", "--no-cfg", "--display-level", ">=warning", "--fail-on", "error,warning",
            packages.Deb);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    [NetnsFact]
    public void Both_hold_the_same_files_and_nothing_of_a_users_own()
    {
        string[] shared =
        [
            "/etc/vipd/vipd.yaml.example", "/usr/bin/vipd", "/usr/lib/sysctl.d/60-vipd.conf",
            "/usr/lib/systemd/system/vipd.service", "/usr/lib/sysusers.d/vipd.conf", "/usr/lib/tmpfiles.d/vipd.conf",
        ];
        var deb = FilesOf(HostCommand.Must("dpkg-deb", "--contents", packages.Deb));
        var rpm = HostCommand.Must("rpm", "-qlp", packages.Rpm).Split('\n');
        Assert.Equal(shared, deb.Where(file => !file.StartsWith("/usr/share/", StringComparison.Ordinal)));
        Assert.Equal(
            ["/etc/vipd", .. shared], rpm.Where(file => !file.StartsWith("/usr/share/", StringComparison.Ordinal)));
        var examples = Path.Combine(Lab.SourceTree.Root, "config/examples");
        foreach (var example in Directory.EnumerateFiles(examples, "*", SearchOption.AllDirectories))
        {
            var installed = $"/usr/share/doc/vipd/examples/{Path.GetRelativePath(examples, example)}";
            Assert.Contains(installed, deb);
            Assert.Contains(installed, rpm);
        }
        Assert.Equal("/etc/vipd/vipd.yaml.example", HostCommand.Must("rpm", "-qcp", packages.Rpm));
        Assert.Equal("/etc/vipd/vipd.yaml.example", HostCommand.Must("dpkg-deb", "--info", packages.Deb, "conffiles"));
    }

    [NetnsFact]
    public void Every_package_in_the_file_is_named_in_the_notices_with_its_licence()
    {
        var folder = packages.NewFolder("notices");
        HostCommand.Must("dpkg-deb", "--extract", packages.Deb, folder);
        var notices = HostCommand.Must("zcat", $"{folder}/usr/share/doc/vipd/THIRD-PARTY-NOTICES.gz");
        foreach (var shipped in (string[])["Serilog ", "YamlDotNet ", "Spectre.Console ", "System.CommandLine ",
            "Microsoft.NETCore.App.Runtime.NativeAOT.linux-x64 ", "Microsoft.AspNetCore.App.Runtime.linux-x64 "])
        {
            Assert.Contains($"\n{shipped}", notices, StringComparison.Ordinal);
        }
        Assert.Contains("Apache License", notices, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted, free of charge", notices, StringComparison.Ordinal);
        // One that is in the runtime as C code: the runtime's own notices are in.
        Assert.Contains("zlib", notices, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FilesOf(string listing) => listing.Split('\n')
        .Where(line => !line.EndsWith('/'))
        .Select(line => line[(line.IndexOf("./", StringComparison.Ordinal) + 1)..])
        .Order(StringComparer.Ordinal);

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
