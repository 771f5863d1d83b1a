using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vipd.Linux.Sockets;

/// <summary>Arrays that stay where they are, so that the kernel may be given their address for good.</summary>
internal static unsafe class PinnedArray
{
    /// <summary>What is in it is undefined.</summary>
    internal static T[] Of<T>(int length)
        where T : unmanaged => GC.AllocateUninitializedArray<T>(length, pinned: true);

    internal static T* AddressOf<T>(T[] pinned)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
