using System.Runtime.InteropServices;

namespace Vipd.Lab.Network;

/// <summary>struct timespec on 64-bit Linux (time.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Timespec(long Seconds, long Nanoseconds)
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    internal static Timespec From(TimeSpan time) =>
        new(time.Ticks / TicksPerSecond, time.Ticks % TicksPerSecond * TimeSpan.NanosecondsPerTick);

    internal TimeSpan ToTimeSpan() =>
        TimeSpan.FromTicks((Seconds * TicksPerSecond) + (Nanoseconds / TimeSpan.NanosecondsPerTick));
}

/// <summary>struct rlimit on 64-bit Linux (sys/resource.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ResourceLimit(ulong Soft, ulong Hard);

/// <summary>The few calls that .NET does not offer.</summary>
internal static class Libc
{
    internal const int CloneNewNetworkNamespace = 0x40000000; // CLONE_NEWNET, sched.h
    internal const int ClockMonotonic = 1;                    // time.h
    internal const int TimerAbsoluteTime = 1;                 // TIMER_ABSTIME, time.h
    internal const nuint LastPacketTime = 0x8907;             // SIOCGSTAMPNS_OLD, asm-generic/sockios.h
    internal const nuint InterfaceFlags = 0x8913;             // SIOCGIFFLAGS, linux/sockios.h
    internal const int SignalHangup = 1;
    internal const int SignalKill = 9;
    internal const int SignalTerminate = 15;
    internal const int SignalContinue = 18;
    internal const int SignalStop = 19;
    internal const int LimitOpenFiles = 7;                    // RLIMIT_NOFILE, asm-generic/resource.h

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    internal static extern int SetNamespace(SafeHandle descriptor, int namespaceType);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static extern int Kill(int processId, int signal);

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    internal static extern int GetLimit(int processId, int resource, nint none, out ResourceLimit old);

    [DllImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    internal static extern int SetLimit(int processId, int resource, in ResourceLimit limit, nint none);

    [DllImport("libc", EntryPoint = "clock_nanosleep")]
    internal static extern int ClockNanosleep(int clock, int flags, in Timespec request, nint remaining);

    /// <summary>The clock that counts what all threads of a process have run. Returns the error number.</summary>
    [DllImport("libc", EntryPoint = "clock_getcpuclockid")]
    internal static extern int ProcessorClockOf(int processId, out int clock);

    [DllImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    internal static extern int ReadClock(int clock, out Timespec time);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static extern int ReadPacketTime(SafeHandle descriptor, nuint request, out Timespec time);

    /// <param name="descriptor">Of any socket of the namespace.</param>
    /// <param name="request"><see cref="InterfaceFlags"/>.</param>
    /// <param name="interfaceRequest">struct ifreq, 40 octets: the name in 16, then what is answered.</param>
    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static extern int ReadInterface(SafeHandle descriptor, nuint request, byte[] interfaceRequest);

    [DllImport("libc", EntryPoint = "if_nametoindex", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern uint InterfaceNameToIndex([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    internal static extern int SetAffinity(int thread, nuint maskLength, in ulong mask);

    [DllImport("libc", EntryPoint = "sched_setscheduler", SetLastError = true)]
    private static extern int SetScheduler(int thread, int policy, in int priority);

    /// <summary>Puts the calling thread on one processor (0..63) and under SCHED_FIFO; false if refused.</summary>
    internal static bool TryPinHighest(int processor, int priority)
    {
        const int ThisThread = 0;
        const int FirstInFirstOut = 1; // SCHED_FIFO, sched.h; struct sched_param is one int
        return SetAffinity(ThisThread, sizeof(ulong), 1UL << processor) == 0
            && SetScheduler(ThisThread, FirstInFirstOut, priority) == 0;
    }

    internal static void SleepUntil(TimeSpan monotonicTime)
    {
        // Restarted on EINTR: the deadline is absolute.
        while (ClockNanosleep(ClockMonotonic, TimerAbsoluteTime, Timespec.From(monotonicTime), 0) != 0)
        {
        }
    }
}
