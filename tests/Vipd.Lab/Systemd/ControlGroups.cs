using Vipd.Lab.Network;

namespace Vipd.Lab.Systemd;

/// <summary>
/// The control groups (cgroup v2) in which machines run, one each: what systemd finds as the root of all groups.
/// </summary>
internal static class ControlGroups
{
    /// <summary>Those that carry the segment's name, as folders.</summary>
    internal static IReadOnlyList<string> Of(SegmentName name) => MountPoint() is { } root
        ? Directory.GetDirectories(root, $"{name}-*")
        : [];

    /// <summary>Once no process is left in it; the groups that systemd made inside go first.</summary>
    internal static void Remove(string group)
    {
        foreach (var inner in Directory.GetDirectories(group)) Remove(inner);
        // Its files are the kernel's and go with the folder: rmdir(2), which Directory.Delete is.
        Directory.Delete(group);
    }

    private static string? MountPoint() => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' '))
        .FirstOrDefault(fields => fields[2] == "cgroup2")?[1];
}
