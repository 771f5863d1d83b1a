using System.Globalization;

namespace Vipd.Daemon.Recording;

/// <summary>
/// Where a daemon leaves its recordings: the first folder that it may write to. A file appears complete or not at all,
/// and the oldest go, so that a bad night does not fill the disk.
/// </summary>
/// <param name="folders">In the order of preference.</param>
internal sealed class RecordingStore(IReadOnlyList<string> folders)
{
    public const int FilesKept = 8;
    public const string Extension = ".vipdrec";
    public const string StateFolder = "/var/lib/vipd";

    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>The state directory (systemd names it in STATE_DIRECTORY), else that of the control socket.</summary>
    public static RecordingStore Beside(string controlSocket, Func<string, string?> environment)
    {
        string? runtime = Path.GetDirectoryName(controlSocket);
        string state = environment("STATE_DIRECTORY") is { Length: > 0 } named ? named : StateFolder;
        return new RecordingStore(runtime is { Length: > 0 } ? [state, runtime] : [state]);
    }

    /// <summary>Returns the file's path.</summary>
    /// <param name="occasion">One word, in the file's name.</param>
    /// <exception cref="IOException">No folder can be written to; the message names the last refusal.</exception>
    public string Save(FlightRecording recording, string occasion)
    {
        byte[] bytes = RecordingWriter.Write(recording);
        string name = string.Create(
            CultureInfo.InvariantCulture, $"vipd-{recording.TakenAt:yyyyMMdd'T'HHmmss.fff'Z'}-{occasion}{Extension}");
        Exception? refusal = null;
        foreach (string folder in folders)
        {
            try
            {
                string path = Path.Combine(folder, name);
                Write(path, bytes);
                RemoveOldest(folder);
                return path;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                refusal = refused;
            }
        }

        throw new IOException($"no recording can be written: {refusal?.Message}", refusal);
    }

    /// <summary>Complete and on the disk before it has its name; mode 0640 whatever the umask is.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";

        // CreateNew: nobody's file, and nobody's link, is written through.
        using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write);
        try
        {
            File.SetUnixFileMode(file.SafeFileHandle, OwnerAndGroup);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>The time is in the name, in an order that sorts.</summary>
    private static void RemoveOldest(string folder)
    {
        string[] files = Directory.GetFiles(folder, $"vipd-*{Extension}");
        foreach (string old in files.Order(StringComparer.Ordinal).SkipLast(FilesKept))
            File.Delete(old);
    }
}
