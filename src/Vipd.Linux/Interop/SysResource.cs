using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/resource.h. RLIM_INFINITY is the greatest rlim_t.</summary>
internal static unsafe partial class SysResource
{
    internal const int RLIMIT_MEMLOCK = 8;
    internal const int RLIMIT_RTPRIO = 14;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrlimit(int resource, ResourceLimit* limit);
}

/// <summary>struct rlimit</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    internal nuint rlim_cur;
    internal nuint rlim_max;
}
