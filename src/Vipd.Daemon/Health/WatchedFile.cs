namespace Vipd.Daemon.Health;

/// <summary>
/// A small file that may not exist yet and may be replaced at any time. It is looked at with each probe (one open and
/// one fstat, which sees through symbolic links as Kubernetes' volumes use them) and read when length or time differ.
/// </summary>
/// <param name="setting">The configuration's name for it, to begin a message with.</param>
public sealed class WatchedFile(string setting, string path)
{
    /// <summary>A bundle of every public CA is a quarter of this.</summary>
    private const int MaximumLength = 1 << 20;

    private DateTime _lastWriteUtc;
    private long _length = -1;

    /// <summary>
    /// What was read last; null when it never could be. A file that vanishes leaves it in place: a rotation that is not
    /// atomic must not look like a dead apiserver.
    /// </summary>
    public byte[]? Content { get; private set; }

    /// <summary>Why the last look failed, for people; null when it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>How messages call it.</summary>
    public string Description => $"{setting} {path}";

    /// <summary>Looks; true when <see cref="Content"/> was read anew.</summary>
    public bool Poll()
    {
        Problem = null;
        try
        {
            // FileShare.ReadWrite | Delete: no advisory lock that a writer could stumble over. bufferSize 0: no copy.
            const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, Anybody, bufferSize: 0);
            DateTime lastWriteUtc = File.GetLastWriteTimeUtc(file.SafeFileHandle);
            long length = file.Length;
            if (length == _length && lastWriteUtc == _lastWriteUtc)
                return false;
            if (length > MaximumLength)
            {
                Problem = $"{Description} is larger than {MaximumLength} bytes";
                return false;
            }

            byte[] content = new byte[length];
            file.ReadExactly(content);
            (Content, _length, _lastWriteUtc) = (content, length, lastWriteUtc);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"{Description} does not exist yet",
                UnauthorizedAccessException => $"{Description} may not be read by vipd's user",
                _ => $"{Description} can't be read: {e.Message}",
            };
            return false;
        }
    }
}
