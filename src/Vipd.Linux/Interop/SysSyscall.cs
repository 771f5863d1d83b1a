using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/syscall.h, for calls that not every libc has a function for (glibc's pidfd_open is of 2.36).</summary>
internal static partial class SysSyscall
{
    internal const int SYS_pidfd_open = 434;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second);
}
