using Vipd.Linux.Interop;
using Vipd.Linux.Polling;

namespace Vipd.Linux.Processes;

/// <summary>
/// A descriptor of one process, which never comes to mean another one as a number may (pidfd_open(2), Linux 5.3).
/// </summary>
public sealed unsafe class ProcessDescriptor : IDisposable
{
    private const int Infinite = -1;

    private readonly FileDescriptor _fd;

    private ProcessDescriptor(FileDescriptor fd) => _fd = fd;

    /// <summary>Whether the process has ended; asks the kernel each time.</summary>
    public bool HasEnded => Poll(null, timeoutMilliseconds: 0) != 0;

    /// <summary>The number as poll(2) wants it; valid until this is disposed.</summary>
    internal int Number => (int)_fd.DangerousGetHandle();

    /// <summary>Opens a process by its number.</summary>
    /// <exception cref="LinuxException">ESRCH: there is no such process.</exception>
    public static ProcessDescriptor Open(int processId)
    {
        nint result = SysSyscall.syscall(SysSyscall.SYS_pidfd_open, processId, 0);
        return new ProcessDescriptor(FileDescriptor.FromCall((int)result, "pidfd_open"));
    }

    /// <summary>Sleeps until the process has ended (true) or <paramref name="stop"/> was signalled (false).</summary>
    public bool WaitForEnd(WakeUp stop)
    {
        ArgumentNullException.ThrowIfNull(stop);
        Poll(stop, Infinite);
        return HasEnded;
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    private short Poll(WakeUp? stop, int timeoutMilliseconds)
    {
        PollDescriptor* two = stackalloc PollDescriptor[2];
        two[0] = new PollDescriptor { fd = Number, events = SysPoll.POLLIN };
        two[1] = new PollDescriptor
        {
            fd = (int?)stop?.Descriptor.DangerousGetHandle() ?? -1,
            events = SysPoll.POLLIN,
        };
        SysPoll.Check(two, 2, timeoutMilliseconds);
        return two[0].revents;
    }
}
