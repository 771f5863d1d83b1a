using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>
/// linux/filter.h and linux/bpf_common.h: classic BPF. struct sock_filter is the public BpfInstruction.
/// </summary>
internal static class LinuxFilter
{
    internal const int BPF_MAXINSNS = 4096;
    internal const ushort BPF_LD = 0x00;
    internal const ushort BPF_JMP = 0x05;
    internal const ushort BPF_RET = 0x06;
    internal const ushort BPF_MISC = 0x07;
    internal const ushort BPF_W = 0x00;
    internal const ushort BPF_H = 0x08;
    internal const ushort BPF_B = 0x10;
    internal const ushort BPF_ABS = 0x20;
    internal const ushort BPF_JA = 0x00;
    internal const ushort BPF_JEQ = 0x10;
    internal const ushort BPF_K = 0x00;
    internal const ushort BPF_X = 0x08;
    internal const ushort BPF_TAX = 0x00;
}

/// <summary>struct sock_fprog</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketFilterProgram
{
    internal ushort len;
    internal void* filter;
}
