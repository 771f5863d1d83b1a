using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/prctl.h. What is imported here is about the calling thread alone.</summary>
internal static partial class SysPrctl
{
    internal const int PR_CAPBSET_DROP = 24;
    internal const int PR_SET_NO_NEW_PRIVS = 38;

    /// <summary>Arguments that an option does not have must be 0.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint second, nuint third = 0, nuint fourth = 0, nuint fifth = 0);
}
