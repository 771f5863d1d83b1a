using System.Text;

namespace Vipd.Daemon.Machine;

/// <summary>What became of reading a file. Both null: there is no such file.</summary>
/// <param name="Text">The whole of it.</param>
/// <param name="Problem">Why it could not be read although it is there.</param>
internal readonly record struct FileReading(string? Text, string? Problem)
{
    public bool IsAbsent => Text is null && Problem is null;
}

/// <summary>Files of the machine, below a root that a test puts elsewhere. Nothing here throws.</summary>
internal sealed class MachineFiles(string root = "/")
{
    /// <summary>Manifests, kubeconfigs and settings take some kilobytes.</summary>
    private const int MostOctets = 1 << 20;

    /// <summary>Only absolute paths lie below the root.</summary>
    public string PathOf(string path) => path.StartsWith('/') ? Path.Combine(root, path.TrimStart('/')) : path;

    public bool Exists(string path) => File.Exists(PathOf(path));

    public FileReading Read(string path)
    {
        try
        {
            using var file = new FileStream(PathOf(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] octets = new byte[MostOctets];
            int length = file.ReadAtLeast(octets, octets.Length, throwOnEndOfStream: false);
            return new FileReading(Encoding.UTF8.GetString(octets, 0, length), null);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
        catch (UnauthorizedAccessException)
        {
            return new FileReading(null, $"{path} may not be read by this user; run as root");
        }
        catch (Exception refused) when (refused is IOException or ArgumentException)
        {
            return new FileReading(null, $"{path} can't be read: {refused.Message}");
        }
    }

    /// <summary>Names, as on the machine, of the files in a folder; none when there is no such folder.</summary>
    public IReadOnlyList<string> List(string folder) => List(folder, Directory.EnumerateFiles);

    /// <inheritdoc cref="List(string)"/>
    public IReadOnlyList<string> ListFolders(string folder) => List(folder, Directory.EnumerateDirectories);

    private string[] List(string folder, Func<string, IEnumerable<string>> enumerate)
    {
        try
        {
            return
            [
                .. enumerate(PathOf(folder.Length == 0 ? "." : folder))
                    .Select(path => Path.Combine(folder, Path.GetFileName(path))).Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }
}
