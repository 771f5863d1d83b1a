using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>linux/capability.h; libc exports the calls without declaring them.</summary>
internal static unsafe partial class LinuxCapability
{
    // _LINUX_CAPABILITY_VERSION_3 and _LINUX_CAPABILITY_U32S_3
    internal const uint Version3 = 0x20080522;
    internal const int DataCount = 2;
    internal const int CAP_IPC_LOCK = 14;
    internal const int CAP_SYS_NICE = 23;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int capget(CapabilityHeader* header, CapabilityData* data);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int capset(CapabilityHeader* header, CapabilityData* data);
}

/// <summary>struct __user_cap_header_struct; pid 0 is the calling thread</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CapabilityHeader
{
    internal uint version;
    internal int pid;
}

/// <summary>struct __user_cap_data_struct; version 3 takes two, 32 capabilities each</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CapabilityData
{
    internal uint effective;
    internal uint permitted;
    internal uint inheritable;
}
