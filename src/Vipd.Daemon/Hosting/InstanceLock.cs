namespace Vipd.Daemon.Hosting;

/// <summary>
/// Tells whether a vipd lives: the daemon holds a flock(2) on a file beside its control socket from before it touches
/// an address until its process ends, however it ends. The kernel drops the lock with the process, keeps it while the
/// process is stopped, and no process id can be mistaken for another's. The control socket would answer later than the
/// first address is there, and not at all where it could not be bound.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    /// <summary>
    /// A `vipd release` holds it for milliseconds; a daemon that starts just then waits for that. And who starts either
    /// right behind a SIGKILL finds the killed daemon still holding it: the kernel takes some 10 ms to give back its
    /// memory, and closes its files after that.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>EWOULDBLOCK of flock(2), as .NET hands it on.</summary>
    private const int HeldElsewhere = 11;

    private readonly FileStream _file;

    private InstanceLock(FileStream file) => _file = file;

    public static string PathFor(string controlSocket) => controlSocket + ".lock";

    /// <summary>Null: another process has it. The file is made where it is missing, and never deleted.</summary>
    /// <exception cref="IOException">The file cannot be had.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static InstanceLock? TryTake(string controlSocket)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB). Who may not write here cannot hold the daemon up either.
            return new InstanceLock(new FileStream(PathFor(controlSocket), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }));
        }
        catch (IOException held) when (held.HResult == HeldElsewhere)
        {
            return null;
        }
    }

    /// <summary>The same, with patience for a `vipd release` that is at work, and for a killed daemon's end.</summary>
    /// <inheritdoc cref="TryTake"/>
    public static async Task<InstanceLock?> TakeAsync(string controlSocket, CancellationToken cancellation)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            if (TryTake(controlSocket) is { } taken)
                return taken;
            if (Environment.TickCount64 >= deadline)
                return null;
            await Task.Delay(RetryInterval, cancellation);
        }
    }

    public void Dispose() => _file.Dispose();
}
