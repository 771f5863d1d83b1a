using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/resource.h. RLIM_INFINITY is the greatest rlim_t.</summary>
internal static unsafe partial class SysResource
{
    internal const int PRIO_PROCESS = 0;
    internal const int RLIMIT_MEMLOCK = 8;
    internal const int RLIMIT_RTPRIO = 14;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrlimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, ResourceLimit* limit);

    /// <summary>Of one thread; 0 is the calling one. A niceness of -1 looks like a failure.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getpriority(int which, int threadId);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setpriority(int which, int threadId, int niceness);
}

/// <summary>struct rlimit</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    internal nuint rlim_cur;
    internal nuint rlim_max;
}
