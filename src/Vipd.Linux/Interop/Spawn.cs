using System.Runtime.InteropServices;

namespace Vipd.Linux.Interop;

/// <summary>spawn.h. The functions return an error number, 0 for none, and leave errno alone.</summary>
internal static unsafe partial class Spawn
{
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    [LibraryImport("libc")]
    internal static partial int posix_spawn(
        int* processId, byte* path, SpawnFileActions* actions, SpawnAttributes* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(SpawnAttributes* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(SpawnAttributes* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(SpawnAttributes* attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(SpawnAttributes* attributes, SignalSet* signals);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(SpawnAttributes* attributes, SignalSet* signals);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(SpawnFileActions* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(SpawnFileActions* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addopen(
        SpawnFileActions* actions, int fd, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_addclose(SpawnFileActions* actions, int fd);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(SpawnFileActions* actions, int fd, int newFd);
}

/// <summary>posix_spawnattr_t: filled by libc alone; glibc and musl agree on its size</summary>
[StructLayout(LayoutKind.Sequential, Size = 336)]
internal struct SpawnAttributes
{
    // Only for the alignment that the real one has.
    private readonly nint _first;
}

/// <summary>posix_spawn_file_actions_t: filled by libc alone; glibc and musl agree on its size</summary>
[StructLayout(LayoutKind.Sequential, Size = 80)]
internal struct SpawnFileActions
{
    private readonly nint _first;
}

/// <summary>sigset_t: 1,024 bits in glibc and musl</summary>
[StructLayout(LayoutKind.Sequential, Size = 128)]
internal struct SignalSet
{
    private readonly nint _first;
}
