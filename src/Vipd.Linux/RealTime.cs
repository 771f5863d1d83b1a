using Vipd.Linux.Interop;

namespace Vipd.Linux;

/// <summary>Whether a real-time wish was granted.</summary>
/// <param name="Granted">The kernel agreed.</param>
/// <param name="Cause">Why not, and what would change that; null when granted.</param>
public readonly record struct RealTimeOutcome(bool Granted, string? Cause)
{
    internal static RealTimeOutcome Yes => new(true, null);

    internal static RealTimeOutcome No(string cause) => new(false, cause);
}

/// <summary>
/// Keeps one thread from waiting for a processor or for a page. A refusal is an outcome, not an exception.
/// </summary>
public static class RealTime
{
    /// <summary>Gives the calling thread, and no other, the policy SCHED_FIFO (sched(7)).</summary>
    /// <param name="priority">1 (low) to 99 (high).</param>
    /// <remarks>SCHED_RESET_ON_FORK: threads and processes that this thread starts don't inherit it.</remarks>
    public static unsafe RealTimeOutcome TrySetFifo(int priority)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(priority, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priority, 99);
        var parameter = new SchedulingParameter { sched_priority = priority };
        const int CallingThread = 0;
        if (Sched.sched_setscheduler(CallingThread, Sched.SCHED_FIFO | Sched.SCHED_RESET_ON_FORK, &parameter) == 0)
            return RealTimeOutcome.Yes;
        int errno = Errno.Last;
        return RealTimeOutcome.No(errno == Errno.EPERM
            ? FifoRefusal(priority, ThreadCapabilities.HasEffective(LinuxCapability.CAP_SYS_NICE),
                SoftLimit(SysResource.RLIMIT_RTPRIO))
            : new LinuxException("sched_setscheduler", errno).Message);
    }

    /// <summary>Keeps every page in memory once it has been touched (mlockall(2) with MCL_ONFAULT).</summary>
    /// <remarks>
    /// Refused without asking the kernel where RLIMIT_MEMLOCK would limit it: there the call succeeds, and the runtime
    /// aborts later, when a mapping of its heap goes over the limit.
    /// </remarks>
    public static RealTimeOutcome TryLockMemory()
    {
        nuint limitBytes = SoftLimit(SysResource.RLIMIT_MEMLOCK);
        string? refusal = LockRefusal(ThreadCapabilities.HasEffective(LinuxCapability.CAP_IPC_LOCK), limitBytes);
        if (limitBytes != nuint.MaxValue && refusal is null && !TryRaiseMemlockLimit())
        {
            refusal = $"RLIMIT_MEMLOCK is {limitBytes} bytes and cannot be raised without CAP_SYS_RESOURCE, and with "
                + "memory locked no hook or command check could be started: set LimitMEMLOCK=infinity in the unit";
        }

        if (refusal is not null)
            return RealTimeOutcome.No(refusal);
        return SysMman.mlockall(SysMman.MCL_CURRENT | SysMman.MCL_FUTURE | SysMman.MCL_ONFAULT) == 0
            ? RealTimeOutcome.Yes
            : RealTimeOutcome.No(LinuxException.Last("mlockall").Message);
    }

    /// <summary>The cause of EPERM from sched_setscheduler, told by what the thread would have been allowed.</summary>
    internal static string FifoRefusal(int priority, bool hasSysNice, nuint rtprioLimit)
    {
        // kernel/sched/syscalls.c: user_check_sched_setscheduler() and, under CONFIG_RT_GROUP_SCHED, a zero rt_runtime.
        if (hasSysNice || rtprioLimit >= (nuint)priority)
        {
            string right = hasSysNice ? "CAP_SYS_NICE" : $"RLIMIT_RTPRIO {rtprioLimit}";
            return $"sched_setscheduler: EPERM in spite of {right}: the control group has no real-time budget "
                + "(real-time group scheduling, cpu.rt_runtime_us)";
        }

        return rtprioLimit == 0
            ? "the capability CAP_SYS_NICE is missing and RLIMIT_RTPRIO is 0: "
                + $"set AmbientCapabilities=CAP_SYS_NICE or LimitRTPRIO={priority} in the unit"
            : $"RLIMIT_RTPRIO is {rtprioLimit}, below {priority}, and CAP_SYS_NICE is missing: "
                + $"set LimitRTPRIO={priority} in the unit";
    }

    /// <summary>Null where locking memory is safe.</summary>
    internal static string? LockRefusal(bool hasIpcLock, nuint memlockLimitBytes) =>
        hasIpcLock || memlockLimitBytes == nuint.MaxValue
            ? null
            : $"RLIMIT_MEMLOCK is {memlockLimitBytes} bytes and the capability CAP_IPC_LOCK is missing: "
                + "set LimitMEMLOCK=infinity or AmbientCapabilities=CAP_IPC_LOCK in the unit";

    /// <summary>
    /// CAP_IPC_LOCK is of the threads that have it. One that has given its capabilities up to start a program is held
    /// to the limit again, and then posix_spawn(3) gets no memory for a stack (EAGAIN).
    /// </summary>
    private static unsafe bool TryRaiseMemlockLimit()
    {
        var unlimited = new ResourceLimit { rlim_cur = nuint.MaxValue, rlim_max = nuint.MaxValue };
        return SysResource.setrlimit(SysResource.RLIMIT_MEMLOCK, &unlimited) == 0;
    }

    private static unsafe nuint SoftLimit(int resource)
    {
        ResourceLimit limit;
        return SysResource.getrlimit(resource, &limit) == 0 ? limit.rlim_cur : 0;
    }
}
