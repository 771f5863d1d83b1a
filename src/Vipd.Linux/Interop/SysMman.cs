using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/mman.h: the values of asm-generic (not those of powerpc).</summary>
internal static partial class SysMman
{
    internal const int MCL_CURRENT = 1;
    internal const int MCL_FUTURE = 2;
    internal const int MCL_ONFAULT = 4;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mlockall(int flags);
}
