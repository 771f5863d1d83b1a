using Vipd.Linux.Interop;

namespace Vipd.Linux.Polling;

/// <summary>Lets any thread wake the one that polls (eventfd(2)).</summary>
public sealed unsafe class WakeUp : IDisposable
{
    /// <summary>Makes one that has not been signalled.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public WakeUp()
    {
        int result = SysEventfd.eventfd(0, SysEventfd.EFD_CLOEXEC | SysEventfd.EFD_NONBLOCK);
        Descriptor = FileDescriptor.FromCall(result, "eventfd");
    }

    /// <summary>Readable from <see cref="Signal"/> until <see cref="Acknowledge"/>.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Makes the descriptor readable. From any thread, any number of times; it never blocks.</summary>
    public void Signal()
    {
        ulong one = 1;
        nint length;
        do
        {
            length = Unistd.write(Descriptor, &one, sizeof(ulong));
        }
        while (length < 0 && Errno.Last == Errno.EINTR);
        // EAGAIN: the counter is full, so the descriptor is readable already.
        if (length < 0 && Errno.Last != Errno.EAGAIN)
            throw LinuxException.Last("write eventfd");
    }

    /// <summary>Makes the descriptor unreadable; take what was signalled after this, not before.</summary>
    public void Acknowledge()
    {
        ulong counter;
        nint length;
        do
        {
            length = Unistd.read(Descriptor, &counter, sizeof(ulong));
        }
        while (length < 0 && Errno.Last == Errno.EINTR);
        // EAGAIN: nobody has signalled.
        if (length < 0 && Errno.Last != Errno.EAGAIN)
            throw LinuxException.Last("read eventfd");
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();
}
