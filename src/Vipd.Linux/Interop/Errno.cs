using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>errno.h: the numbers of asm-generic, which every architecture that .NET runs on uses.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int ENXIO = 6;
    internal const int ENOEXEC = 8;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int EINVAL = 22;
    internal const int ENOPROTOOPT = 92;
    internal const int EOPNOTSUPP = 95;
    internal const int EADDRINUSE = 98;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENETDOWN = 100;
    internal const int ENOBUFS = 105;
    internal const int ETIMEDOUT = 110;

    /// <summary>errno of this thread's last call that was imported with SetLastError.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();
}
