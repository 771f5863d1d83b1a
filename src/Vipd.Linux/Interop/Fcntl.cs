using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>fcntl.h: the values of asm-generic.</summary>
internal static partial class Fcntl
{
    internal const int F_GETFD = 1;
    internal const int FD_CLOEXEC = 1;
    internal const int O_RDONLY = 0;
    internal const int O_CLOEXEC = 0x80000;

    /// <summary>For commands without an argument.</summary>
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int fd, int command);
}
