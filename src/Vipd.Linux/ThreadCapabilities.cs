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
}
