using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/wait.h</summary>
internal static unsafe partial class SysWait
{
    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitpid(int processId, int* status, int options);
}
