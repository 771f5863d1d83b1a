using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>sys/epoll.h</summary>
internal static unsafe partial class SysEpoll
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const uint EPOLLIN = 1;
    internal const uint EPOLLET = 1u << 31;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_ctl(FileDescriptor poll, int operation, FileDescriptor fd, void* epollEvent);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int epoll_wait(FileDescriptor poll, void* events, int maxEvents, int timeoutMilliseconds);
}

/// <summary>
/// struct epoll_event { uint32_t events; epoll_data_t data; } is packed on x86-64 and only there (EPOLL_PACKED in
/// linux/eventpoll.h), so its size and the offset of data are computed instead of being declared.
/// </summary>
internal static class EpollEventLayout
{
    internal const int EventsOffset = 0;

    internal static int DataOffset => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    internal static int Size => DataOffset + sizeof(ulong);
}
