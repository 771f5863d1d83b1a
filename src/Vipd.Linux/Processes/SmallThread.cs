using Vipd.Linux.Interop;

namespace Vipd.Linux.Processes;

/// <summary>
/// A background thread with a small stack, for what no thread of the pool can do: spawn a process, wait for one,
/// or watch the pool itself.
/// </summary>
public static class SmallThread
{
    private const int StackBytes = 256 * 1024;

    /// <summary>Starts it.</summary>
    /// <exception cref="LinuxException">
    /// It cannot be started. The errno is that of pthread_create(3) without .NET, which calls it a lack of memory and
    /// keeps to itself what there was too little of: it may have been descriptors.
    /// </exception>
    public static Thread Start(ThreadStart work, string name)
    {
        var thread = new Thread(work, StackBytes) { IsBackground = true, Name = name };
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException)
        {
            throw new LinuxException(
                "pthread_create", Errno.EAGAIN, "too little memory, or too many open files or threads");
        }

        return thread;
    }
}
