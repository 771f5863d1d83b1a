using System.Globalization;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Control;

/// <summary>
/// An operator's wish that this node stays out of the election. A file beside the control socket remembers it: over a
/// restart of the daemon (RuntimeDirectoryPreserve in the unit), not over a reboot, since /run is not on a disk.
/// </summary>
public sealed class DrainSwitch(string controlSocket, LoopInbox inbox, TimeProvider clock)
{
    private readonly Lock _order = new();

    private string FilePath => PathFor(controlSocket);

    public static string PathFor(string controlSocket) => controlSocket + ".drained";

    /// <summary>For the start of the daemon: goes on being drained if it was; true then.</summary>
    public bool Resume()
    {
        if (!File.Exists(FilePath))
            return false;
        inbox.Post(new LoopMessage.Drain());
        return true;
    }

    /// <summary>
    /// Remembered first: what is done and forgotten would bring the node back by surprise, with the next restart.
    /// </summary>
    /// <exception cref="IOException">It cannot be remembered; nothing has been changed.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Drain()
    {
        lock (_order)
        {
            Remember();
            inbox.Post(new LoopMessage.Drain());
        }
    }

    /// <inheritdoc cref="Drain"/>
    public void Undrain()
    {
        lock (_order)
        {
            File.Delete(FilePath);
            inbox.Post(new LoopMessage.Undrain());
        }
    }

    /// <summary>Whole or not at all: rename(2) replaces what is there in one step.</summary>
    private void Remember()
    {
        string draft = FilePath + ".new";
        File.WriteAllText(
            draft,
            string.Create(CultureInfo.InvariantCulture, $"drained {clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}\n"));
        File.Move(draft, FilePath, overwrite: true);
    }
}
