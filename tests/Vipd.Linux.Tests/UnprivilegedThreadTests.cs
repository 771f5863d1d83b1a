using System.Net;
using System.Net.Sockets;
using Vipd.Linux.Interop;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests;

/// <summary>
/// What the kernel really says to a thread without capabilities; RLIMIT_RTPRIO of a fresh process is 0.
/// </summary>
public class UnprivilegedThreadTests
{
    [NetnsFact]
    public void Without_CAP_SYS_NICE_real_time_is_refused_with_its_cause() => WithoutCapabilities(() =>
    {
        RealTimeOutcome outcome = RealTime.TrySetFifo(50);
        Assert.False(outcome.Granted);
        Assert.Contains("CAP_SYS_NICE is missing and RLIMIT_RTPRIO is 0", outcome.Cause, StringComparison.Ordinal);
    });

    [NetnsFact]
    public void Without_CAP_IPC_LOCK_a_limit_on_locked_memory_is_a_refusal() => WithoutCapabilities(() =>
    {
        nuint[] old = new nuint[2];
        LinuxException.Check(Native.getrlimit(SysResource.RLIMIT_MEMLOCK, old), "getrlimit");
        LinuxException.Check(Native.setrlimit(SysResource.RLIMIT_MEMLOCK, [65536, old[1]]), "setrlimit");
        RealTimeOutcome outcome = RealTime.TryLockMemory();
        LinuxException.Check(Native.setrlimit(SysResource.RLIMIT_MEMLOCK, old), "setrlimit");
        Assert.False(outcome.Granted);
        Assert.Contains("RLIMIT_MEMLOCK is 65536 bytes", outcome.Cause, StringComparison.Ordinal);
        Assert.Equal(0, LockedKibibytes());
    });

    /// <summary>Whether root may raise a limit depends on the machine: CAP_SYS_RESOURCE.</summary>
    [NetnsFact]
    public void With_CAP_IPC_LOCK_memory_is_locked_unless_a_limit_would_keep_programs_from_being_started()
    {
        try
        {
            RealTimeOutcome outcome = RealTime.TryLockMemory();
            Assert.Equal(outcome.Granted, LockedKibibytes() > 0);
            if (!outcome.Granted)
                Assert.Contains("cannot be raised", outcome.Cause, StringComparison.Ordinal);
        }
        finally
        {
            Assert.Equal(0, Native.munlockall());
        }
    }

    [NetnsFact]
    public void Without_CAP_NET_RAW_sockets_are_refused_with_advice() => WithoutCapabilities(() =>
    {
        var refusals = new[]
        {
            Assert.Throws<LinuxException>(() => PacketSocket.OpenSender(new InterfaceIndex(1))),
            Assert.Throws<LinuxException>(() => RawIpSocket.OpenMulticast(
                AddressFamily.InterNetwork, 112, new InterfaceIndex(1), "lo", IPAddress.Parse("224.0.0.18"), 65536)),
        };
        Assert.All(refusals, refusal => Assert.Equal(
            "socket: EPERM (Operation not permitted): CAP_NET_RAW is needed", refusal.Message));
    });

    [NetnsFact]
    public void Without_CAP_NET_ADMIN_each_request_is_EPERM_and_listing_still_works() => WithoutCapabilities(() =>
    {
        using var netlink = new AddressNetlink();
        AddressRequest request = AnyRequest();
        netlink.Add(request);
        netlink.Delete(request);
        int[] errnos = new int[2];
        Assert.Equal(2, netlink.Commit(errnos));
        Assert.Equal([Errno.EPERM, Errno.EPERM], errnos);
        Assert.Contains(netlink.ListLinks(), link => link.Name == "lo");
    });

    private static AddressRequest AnyRequest() =>
        Netlink.AddressNetlinkTests.Request(new InterfaceIndex(1), "192.0.2.100", 32);

    private static long LockedKibibytes() => long.Parse(
        File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmLck", StringComparison.Ordinal))
            .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1],
        null);

    // In a namespace of its own, on a thread that gives all capabilities up and ends with the test.
    private static void WithoutCapabilities(Action body) => TestNetwork.Run(_ =>
    {
        LinuxException.Check(Native.capset([LinuxCapability.Version3, 0], new uint[6]), "capset");
        body();
    });
}
