using Vipd.Linux.Interop;

namespace Vipd.Linux;

/// <summary>What the calling thread may do besides what its user may (capabilities(7)).</summary>
internal static class ThreadCapabilities
{
    // PROC_USER_INIT_INO of linux/proc_ns.h, in the form of namespaces(7).
    private const string InitialUserNamespace = "user:[4026531837]";

    /// <summary>
    /// Whether the capability is effective and counts: the limits asked here are the machine's, and a capability in a
    /// user namespace of its own (a rootless container) is none there.
    /// </summary>
    internal static unsafe bool HasEffective(int capability)
    {
        var header = new CapabilityHeader { version = LinuxCapability.Version3, pid = 0 };
        CapabilityData* data = stackalloc CapabilityData[LinuxCapability.DataCount];
        if (LinuxCapability.capget(&header, data) < 0)
            return false;
        bool effective = (data[capability / 32].effective & (1u << (capability % 32))) != 0;
        return effective && new FileInfo("/proc/self/ns/user").LinkTarget == InitialUserNamespace;
    }

    /// <summary>
    /// Takes every capability from the calling thread for good, and from what it starts every way to get one back: by
    /// being root, by an ambient set, or by a file with privileges (no_new_privs of prctl(2)).
    /// </summary>
    /// <exception cref="LinuxException">Refused; the thread may have given up a part.</exception>
    internal static unsafe void GiveUpAll()
    {
        // The bound needs CAP_SETPCAP. Without that it stays, and without new privileges it is the bound of nothing.
        for (nuint capability = 0; SysPrctl.prctl(SysPrctl.PR_CAPBSET_DROP, capability) == 0; capability++)
        {
        }

        LinuxException.Check(SysPrctl.prctl(SysPrctl.PR_SET_NO_NEW_PRIVS, 1), "prctl PR_SET_NO_NEW_PRIVS");
        var header = new CapabilityHeader { version = LinuxCapability.Version3, pid = 0 };
        CapabilityData* none = stackalloc CapabilityData[LinuxCapability.DataCount];
        new Span<CapabilityData>(none, LinuxCapability.DataCount).Clear();
        // An ambient capability goes with the permitted one.
        LinuxException.Check(LinuxCapability.capset(&header, none), "capset");
    }
}
