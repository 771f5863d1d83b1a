using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/uio.h: struct iovec</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    internal void* iov_base;
    internal nuint iov_len;
}
