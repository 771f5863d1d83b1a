using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Vipd.Linux.Tests.Support;

/// <summary>
/// The system calls that only tests need; classic imports, as only src/Vipd.Linux may have unsafe code.
/// </summary>
[SuppressMessage("Interoperability", "SYSLIB1054", Justification = "source generation needs unsafe blocks")]
internal static class Native
{
    internal const int CLONE_NEWNET = 0x40000000;

    [DllImport("libc")]
    internal static extern uint geteuid();

    [DllImport("libc", SetLastError = true)]
    internal static extern int unshare(int flags);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setns(int fd, int kind);

    [DllImport("libc", SetLastError = true)]
    internal static extern int munlockall();

    // Returns the handler from before; 0 stands for the standard action, 1 for ignoring.
    [DllImport("libc", SetLastError = true)]
    internal static extern nint signal(int signal, nint handler);

    [DllImport("libc", SetLastError = true)]
    internal static extern int kill(int processId, int signal);

    // { soft, hard }
    [DllImport("libc", SetLastError = true)]
    internal static extern int getrlimit(int resource, [Out] nuint[] limit);

    [DllImport("libc", SetLastError = true)]
    internal static extern int setrlimit(int resource, nuint[] limit);

    // Header { version, pid } and two times { effective, permitted, inheritable }; for the calling thread alone.
    [DllImport("libc", SetLastError = true)]
    internal static extern int capset(uint[] header, uint[] data);

    [DllImport("libc", SetLastError = true)]
    internal static extern int capget(uint[] header, [Out] uint[] data);

    [DllImport("libc", SetLastError = true)]
    internal static extern int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc", SetLastError = true)]
    internal static extern int dup(int fd);

    [DllImport("libc", SetLastError = true)]
    internal static extern int dup2(int fd, int wanted);

    // libc's own setresuid() is for every thread of the process; the call itself is for the calling thread.
    [DllImport("libc", SetLastError = true)]
    internal static extern nint syscall(nint number, nint first, nint second, nint third);

    // The child inherits the calling thread's namespace, and no thread of the runtime's is started for it.
    [DllImport("libc", SetLastError = true)]
    internal static extern int system(byte[] command);
}
