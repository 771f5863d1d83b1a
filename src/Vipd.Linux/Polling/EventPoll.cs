using System.Runtime.CompilerServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Polling;

/// <summary>Waits until one of several descriptors is readable (epoll(7)). For one thread.</summary>
public sealed unsafe class EventPoll : IDisposable
{
    private const int Infinite = -1;

    private readonly FileDescriptor _poll;
    private readonly byte[] _events;
    private readonly int _capacity;

    /// <summary>Makes an empty poll set.</summary>
    /// <param name="capacity">The most descriptors reported by one wait, 1 and up; more may be added.</param>
    /// <exception cref="LinuxException">No descriptor or no memory is left.</exception>
    public EventPoll(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        // Pinned, as the kernel writes to it while this thread may be stopped for a collection.
        _events = GC.AllocateArray<byte>(capacity * EpollEventLayout.Size, pinned: true);
        _poll = FileDescriptor.FromCall(SysEpoll.epoll_create1(SysEpoll.EPOLL_CLOEXEC), "epoll_create1");
    }

    /// <summary>
    /// Reports <paramref name="token"/> from now on whenever <paramref name="fd"/> is readable, in error or hung up.
    /// </summary>
    /// <exception cref="LinuxException">EEXIST: it is there already.</exception>
    public void Add(FileDescriptor fd, int token) => Add(fd, token, SysEpoll.EPOLLIN);

    /// <summary>
    /// Reports <paramref name="token"/> once each time that <paramref name="fd"/> becomes readable (EPOLLET), so that
    /// it need not be read: for one that tells by being readable alone, such as a timer.
    /// </summary>
    /// <exception cref="LinuxException">EEXIST: it is there already.</exception>
    public void AddEdge(FileDescriptor fd, int token) => Add(fd, token, SysEpoll.EPOLLIN | SysEpoll.EPOLLET);

    /// <summary>Reports <paramref name="fd"/> no more.</summary>
    /// <exception cref="LinuxException">ENOENT: it is not there.</exception>
    public void Remove(FileDescriptor fd) =>
        LinuxException.Check(SysEpoll.epoll_ctl(_poll, SysEpoll.EPOLL_CTL_DEL, fd, null), "epoll_ctl DEL");

    /// <summary>Sleeps until something is readable.</summary>
    /// <param name="readyTokens">Receives the tokens of what is; what doesn't fit is reported by the next wait.</param>
    /// <returns>How many tokens were written, 1 and up.</returns>
    public int Wait(Span<int> readyTokens) => Collect(readyTokens, Infinite);

    /// <summary>What is readable now, without sleeping; 0 for nothing.</summary>
    public int Poll(Span<int> readyTokens) => Collect(readyTokens, timeoutMilliseconds: 0);

    /// <inheritdoc/>
    public void Dispose() => _poll.Dispose();

    private void Add(FileDescriptor fd, int token, uint events)
    {
        byte* wanted = stackalloc byte[EpollEventLayout.Size];
        Unsafe.WriteUnaligned(wanted + EpollEventLayout.EventsOffset, events);
        Unsafe.WriteUnaligned(wanted + EpollEventLayout.DataOffset, (ulong)(uint)token);
        LinuxException.Check(SysEpoll.epoll_ctl(_poll, SysEpoll.EPOLL_CTL_ADD, fd, wanted), "epoll_ctl ADD");
    }

    private int Collect(Span<int> readyTokens, int timeoutMilliseconds)
    {
        var events = (byte*)Unsafe.AsPointer(ref _events[0]);
        int most = Math.Min(_capacity, readyTokens.Length);
        int count;
        do
        {
            count = SysEpoll.epoll_wait(_poll, events, most, timeoutMilliseconds);
        }
        while (count < 0 && Errno.Last == Errno.EINTR);
        LinuxException.Check(count, "epoll_wait");
        for (int i = 0; i < count; i++)
        {
            byte* data = events + (i * EpollEventLayout.Size) + EpollEventLayout.DataOffset;
            readyTokens[i] = (int)Unsafe.ReadUnaligned<ulong>(data);
        }

        return count;
    }
}
