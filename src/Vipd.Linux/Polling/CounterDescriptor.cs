using Vipd.Linux.Interop;

namespace Vipd.Linux.Polling;

/// <summary>timerfd and eventfd are both read as one 64-bit counter that goes back to 0.</summary>
internal static unsafe class CounterDescriptor
{
    /// <summary>Makes the descriptor unreadable again; nothing happens if it is.</summary>
    internal static void Clear(FileDescriptor descriptor, string call)
    {
        ulong counter;
        nint length;
        do
        {
            length = Unistd.read(descriptor, &counter, sizeof(ulong));
        }
        while (length < 0 && Errno.Last == Errno.EINTR);
        if (length < 0 && Errno.Last != Errno.EAGAIN)
            throw LinuxException.Last(call);
    }
}
