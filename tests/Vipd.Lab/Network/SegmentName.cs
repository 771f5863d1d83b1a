using System.Globalization;
using System.Text.RegularExpressions;
using Vipd.Lab.Systemd;

namespace Vipd.Lab.Network;

/// <summary>
/// vipd-OWNER-TAG: the prefix of everything that a segment puts on the machine, and how to find and remove it.
/// </summary>
public sealed partial record SegmentName(int OwnerProcessId, string Tag)
{
    private static readonly TimeSpan KillBound = TimeSpan.FromSeconds(5);

    public string Directory => Path.Combine(Path.GetTempPath(), ToString());

    private bool OwnerIsAlive => System.IO.Directory.Exists($"/proc/{OwnerProcessId}");

    /// <summary>A name that nobody else has: the kernel's mkdir decides.</summary>
    public static SegmentName Reserve()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory($"vipd-{Environment.ProcessId}-").Name;
        return TryParse(directory, out var name) ? name : throw new InvalidOperationException(directory);
    }

    public static bool TryParse(string text, out SegmentName name)
    {
        var match = Pattern().Match(text);
        name = match.Success
            ? new SegmentName(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value)
            : new SegmentName(0, "");
        return match.Success;
    }

    /// <summary>
    /// Segments on this machine whose maker no longer runs: kept ones, and those of a maker that was killed.
    /// </summary>
    public static IReadOnlyList<SegmentName> Orphans() =>
    [
        .. NetworkNamespace.All().Select(n => n.Name)
            .Concat(System.IO.Directory.GetDirectories(Path.GetTempPath(), "vipd-*").Select(d => Path.GetFileName(d)))
            .Select(n => TryParse(n, out var name) ? name : null)
            .OfType<SegmentName>().Distinct().Where(name => !name.OwnerIsAlive),
    ];

    /// <summary>What still carries this name.</summary>
    public IReadOnlyList<string> Remains()
    {
        var namespaces = Namespaces();
        return
        [
            .. namespaces.Select(n => $"namespace {n}"),
            .. namespaces.SelectMany(n => n.ProcessIds()).Select(pid => $"process {pid}"),
            .. ControlGroups.Of(this).Select(group => $"control group {group}"),
            .. System.IO.Directory.Exists(Directory) ? [$"directory {Directory}"] : Array.Empty<string>(),
        ];
    }

    /// <summary>
    /// Kills what runs inside, waits for its end, deletes the namespaces (and with them every link), then the files.
    /// </summary>
    public void Remove()
    {
        var namespaces = Namespaces();
        Observe.Within(KillBound, () =>
        {
            var running = namespaces.SelectMany(n => n.ProcessIds())
                .Where(pid => pid != Environment.ProcessId).ToList();
            foreach (var pid in running) _ = Libc.Kill(pid, Libc.SignalKill);
            return running.Count == 0;
        });
        foreach (var group in ControlGroups.Of(this)) Observe.Within(KillBound, () => ControlGroups.TryRemove(group));
        if (namespaces.Count > 0) IpCommand.Batch(null, namespaces.Select(n => $"netns del {n}"));
        TinyDisk.UnmountAll(Directory);
        if (System.IO.Directory.Exists(Directory)) System.IO.Directory.Delete(Directory, recursive: true);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"vipd-{OwnerProcessId}-{Tag}");

    private List<NetworkNamespace> Namespaces() =>
        [.. NetworkNamespace.All().Where(n => n.Name.StartsWith($"{this}-", StringComparison.Ordinal))];

    [GeneratedRegex(@"^vipd-(\d+)-([A-Za-z0-9]+)(-[a-z0-9]+)?$")]
    private static partial Regex Pattern();
}
