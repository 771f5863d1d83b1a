using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>unistd.h</summary>
internal static unsafe partial class Unistd
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* readAndWriteEnd, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(FileDescriptor fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(FileDescriptor fd, void* buffer, nuint count);
}
