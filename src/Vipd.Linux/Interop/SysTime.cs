using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/time.h: struct timeval, what SO_RCVTIMEO takes</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeValue
{
    internal nint tv_sec;
    internal nint tv_usec;
}
