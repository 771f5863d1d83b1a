using System.Globalization;
using System.Runtime.InteropServices;
using Vipd.Linux.Interop;

namespace Vipd.Linux.Processes;

/// <summary>
/// One call of posix_spawn(3), made on a thread of its own that has given up every capability: capabilities and the
/// niceness belong to a thread, and the child takes over those of the thread that spawns it. .NET's own Process has
/// neither a session for the child nor a thread for the call, and would let the runtime start threads of its own from
/// the one without capabilities. For the same reason everything is prepared before: what runs between giving up and the
/// end of the thread is six calls into libc.
/// </summary>
internal sealed unsafe class SpawnCall : IDisposable
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    private readonly NativeTexts _arguments;
    private readonly NativeTexts _environment;
    private readonly SpawnAttributes* _attributes;
    private readonly SpawnFileActions* _actions;
    private int _processId;
    private int _errno;
    private LinuxException? _refusal;

    internal SpawnCall(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, FileDescriptor output)
    {
        int[] leftOpen = DescriptorsLeftOpen();
        _arguments = new NativeTexts(arguments);
        _environment = new NativeTexts(environment);
        _attributes = (SpawnAttributes*)NativeMemory.AllocZeroed((nuint)sizeof(SpawnAttributes));
        _actions = (SpawnFileActions*)NativeMemory.AllocZeroed((nuint)sizeof(SpawnFileActions));
        SetAttributes();
        SetDescriptors((int)output.DangerousGetHandle(), leftOpen);
    }

    /// <summary>Spawns; the process id of the child.</summary>
    /// <exception cref="LinuxException">There is no child.</exception>
    internal int Run()
    {
        SmallThread.Start(GiveUpAndSpawn, "vipd-spawn").Join();
        if (_refusal is not null)
            throw _refusal;
        return _errno == 0 ? _processId : throw new LinuxException("posix_spawn", _errno, Advice(_errno));
    }

    public void Dispose()
    {
        _ = Spawn.posix_spawnattr_destroy(_attributes);
        _ = Spawn.posix_spawn_file_actions_destroy(_actions);
        NativeMemory.Free(_attributes);
        NativeMemory.Free(_actions);
        _arguments.Dispose();
        _environment.Dispose();
    }

    private static string? Advice(int errno) => errno switch
    {
        Errno.ENOENT => "there is no such file, or the interpreter named in its first line is missing",
        Errno.EACCES => "vipd's user may not execute it",
        Errno.ENOEXEC => "it is neither a program nor a script that begins with #! and its interpreter",
        _ => null,
    };

    private void GiveUpAndSpawn()
    {
        try
        {
            ThreadCapabilities.GiveUpAll();
            // The daemon may run at a niceness that nothing else of this node should have.
            if (SysResource.getpriority(SysResource.PRIO_PROCESS, 0) < 0)
                LinuxException.Check(SysResource.setpriority(SysResource.PRIO_PROCESS, 0, 0), "setpriority");
            int processId;
            _errno = Spawn.posix_spawn(
                &processId, _arguments.Pointers[0], _actions, _attributes, _arguments.Pointers,
                _environment.Pointers);
            _processId = processId;
        }
        catch (LinuxException refusal)
        {
            _refusal = refusal;
        }
    }

    /// <summary>A session without a terminal, so a process group too; no signal ignored or blocked.</summary>
    private void SetAttributes()
    {
        SignalSet signals;
        Check(Spawn.posix_spawnattr_init(_attributes), "posix_spawnattr_init");
        _ = Signal.sigfillset(&signals);
        Check(Spawn.posix_spawnattr_setsigdefault(_attributes, &signals), "posix_spawnattr_setsigdefault");
        _ = Signal.sigemptyset(&signals);
        Check(Spawn.posix_spawnattr_setsigmask(_attributes, &signals), "posix_spawnattr_setsigmask");
        const short Flags = Spawn.POSIX_SPAWN_SETSID | Spawn.POSIX_SPAWN_SETSIGDEF | Spawn.POSIX_SPAWN_SETSIGMASK;
        Check(Spawn.posix_spawnattr_setflags(_attributes, Flags), "posix_spawnattr_setflags");
    }

    /// <summary>/dev/null, the pipe twice, and nothing else.</summary>
    private void SetDescriptors(int output, int[] leftOpen)
    {
        Check(Spawn.posix_spawn_file_actions_init(_actions), "posix_spawn_file_actions_init");
        fixed (byte* nothing = "/dev/null\0"u8)
        {
            Check(
                Spawn.posix_spawn_file_actions_addopen(_actions, StandardInput, nothing, Fcntl.O_RDONLY, 0),
                "posix_spawn_file_actions_addopen");
        }

        foreach (int target in (ReadOnlySpan<int>)[StandardOutput, StandardError])
        {
            Check(
                Spawn.posix_spawn_file_actions_adddup2(_actions, output, target), "posix_spawn_file_actions_adddup2");
        }

        foreach (int inherited in leftOpen)
            Check(Spawn.posix_spawn_file_actions_addclose(_actions, inherited), "posix_spawn_file_actions_addclose");
    }

    /// <summary>
    /// What .NET and vipd open is closed by exec (O_CLOEXEC). What whoever started vipd left open is not, and not the
    /// child's business either. (closefrom is of glibc 2.34, close_range of Linux 5.9.)
    /// </summary>
    /// <exception cref="LinuxException">EMFILE or ENFILE: not even for looking is one left.</exception>
    private static int[] DescriptorsLeftOpen()
    {
        const string Listing = "/proc/self/fd";
        try
        {
            return
            [
                .. from path in Directory.EnumerateFileSystemEntries(Listing)
                   let descriptor = int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)
                   where descriptor > StandardError && Fcntl.fcntl(descriptor, Fcntl.F_GETFD) is var flags
                       && flags >= 0 && (flags & Fcntl.FD_CLOEXEC) == 0
                   select descriptor,
            ];
        }
        catch (IOException failure) when (failure.HResult > 0)
        {
            // .NET leaves errno in it.
            throw new LinuxException($"opendir {Listing}", failure.HResult);
        }
    }

    private static void Check(int errno, string call)
    {
        if (errno != 0)
            throw new LinuxException(call, errno);
    }
}
