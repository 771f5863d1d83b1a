using System.Runtime.InteropServices;

namespace Vipd.Linux.Sockets;

/// <summary>One instruction of a classic BPF program; laid out as struct sock_filter of linux/filter.h.</summary>
/// <param name="Code">Class, size, mode or operation (linux/bpf_common.h).</param>
/// <param name="JumpTrue">Instructions to skip if the comparison holds.</param>
/// <param name="JumpFalse">Instructions to skip if it doesn't.</param>
/// <param name="Value">The constant k: an offset, a value to compare with, octets to let in, or instructions to
/// skip.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Value);
