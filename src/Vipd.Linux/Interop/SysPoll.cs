using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>poll.h</summary>
internal static unsafe partial class SysPoll
{
    internal const short POLLIN = 1;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    /// <summary>Begins anew after a signal: the time limit is one of each attempt.</summary>
    /// <returns>How many are ready.</returns>
    internal static int Check(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds)
    {
        int ready;
        do
        {
            ready = poll(descriptors, count, timeoutMilliseconds);
        }
        while (ready < 0 && Errno.Last == Errno.EINTR);
        return LinuxException.Check(ready, "poll");
    }
}

/// <summary>struct pollfd; one with a negative fd is passed over</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int fd;
    internal short events;
    internal short revents;
}
