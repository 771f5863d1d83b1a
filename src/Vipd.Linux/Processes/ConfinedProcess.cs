using Vipd.Linux.Interop;

namespace Vipd.Linux.Processes;

/// <summary>What <see cref="ConfinedProcess.Wait"/> has seen.</summary>
public enum ProcessProgress
{
    /// <summary>The time has passed.</summary>
    Nothing,

    /// <summary>The process has written.</summary>
    Output,

    /// <summary>It has ended, and what it wrote has been read.</summary>
    Ended,
}

/// <summary>
/// A child process that can do nothing but what its user may: every capability set empty, no new privileges, no
/// descriptor but /dev/null and a pipe to write to, no variable of ours, a session and process group of its own. When
/// it ends, what is left of its group is killed, so that nothing accumulates. For one thread;
/// <see cref="KillGroup"/> for any.
/// </summary>
public sealed unsafe class ConfinedProcess : IDisposable
{
    /// <summary>
    /// What a pipe holds (pipe(7)): all that a process which has ended can have left in it. More comes from one that
    /// has left the group.
    /// </summary>
    private const int PipeBytes = 65536;

    private readonly Lock _gate = new();
    private readonly int _processId;
    private readonly ProcessDescriptor _process;
    private FileDescriptor? _output;
    private bool _hasEnded;
    private int _unreadBytes = PipeBytes;
    private bool _isReaped;

    private ConfinedProcess(int processId, ProcessDescriptor process, FileDescriptor output) =>
        (_processId, _process, _output) = (processId, process, output);

    /// <summary>Starts a program, without a shell and without looking along PATH.</summary>
    /// <param name="arguments">The first is the absolute path of the program, and its argument 0.</param>
    /// <param name="environment">`NAME=value`; all that the program gets.</param>
    /// <exception cref="LinuxException">It was not started; the message says what to do.</exception>
    /// <exception cref="ArgumentException">A text holds a zero character.</exception>
    public static ConfinedProcess Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentOutOfRangeException.ThrowIfZero(arguments.Count);
        int* ends = stackalloc int[2];
        LinuxException.Check(Unistd.pipe2(ends, Fcntl.O_CLOEXEC), "pipe2");
        var readEnd = new FileDescriptor(ends[0]);
        using var writeEnd = new FileDescriptor(ends[1]);
        int processId = 0;
        try
        {
            using (var spawn = new SpawnCall(arguments, environment, writeEnd))
                processId = spawn.Run();
            return new ConfinedProcess(processId, ProcessDescriptor.Open(processId), readEnd);
        }
        catch
        {
            readEnd.Dispose();
            if (processId != 0)
            {
                _ = Signal.kill(-processId, Signal.SIGKILL);
                WaitFor(processId);
            }

            throw;
        }
    }

    /// <summary>Sleeps until there is something to tell, at most <paramref name="atMost"/>.</summary>
    /// <param name="buffer">Receives what the process wrote, on standard output and standard error alike.</param>
    /// <param name="atMost">0 and up, rounded up to milliseconds.</param>
    /// <param name="length">With <see cref="ProcessProgress.Output"/>, how much, 1 and up; otherwise 0.</param>
    public ProcessProgress Wait(Span<byte> buffer, TimeSpan atMost, out int length)
    {
        PollDescriptor* two = stackalloc PollDescriptor[2];
        int timeoutMilliseconds = (int)Math.Min(Math.Ceiling(atMost.TotalMilliseconds), int.MaxValue);
        while (true)
        {
            length = 0;
            two[0] = new PollDescriptor { fd = OutputNumber(), events = SysPoll.POLLIN };
            two[1] = new PollDescriptor { fd = _process.Number, events = SysPoll.POLLIN };
            if (SysPoll.Check(two, 2, _hasEnded ? 0 : timeoutMilliseconds) == 0)
                return ProcessProgress.Nothing;
            if (two[1].revents != 0 && !_hasEnded)
            {
                _hasEnded = true;
                KillGroup();
            }

            if (two[0].revents == 0)
                return ProcessProgress.Ended;
            length = Read(buffer);
            if (length > 0)
                return ProcessProgress.Output;
        }
    }

    /// <summary>Ends the process and every descendant that has not left its group (SIGKILL). From any thread.</summary>
    public void KillGroup()
    {
        lock (_gate)
        {
            // Until it is reaped its number, and so the group's, is nobody else's.
            if (!_isReaped)
                _ = Signal.kill(-_processId, Signal.SIGKILL);
        }
    }

    /// <summary>How it ended. Call once, after <see cref="ProcessProgress.Ended"/>: before, it would wait.</summary>
    public ExitStatus Reap()
    {
        lock (_gate)
        {
            _isReaped = true;
            return WaitFor(_processId);
        }
    }

    /// <summary>Kills what still runs, waits until it is gone, and closes the descriptors.</summary>
    public void Dispose()
    {
        KillGroup();
        if (!_isReaped)
            Reap();
        _output?.Dispose();
        _process.Dispose();
    }

    private static ExitStatus WaitFor(int processId)
    {
        int status;
        int result;
        do
        {
            result = SysWait.waitpid(processId, &status, 0);
        }
        while (result < 0 && Errno.Last == Errno.EINTR);
        LinuxException.Check(result, "waitpid");
        return ExitStatus.From(status);
    }

    private int OutputNumber() => _output is null || _unreadBytes <= 0 ? -1 : (int)_output.DangerousGetHandle();

    private int Read(Span<byte> buffer)
    {
        nint length;
        fixed (byte* start = buffer)
        {
            do
            {
                length = Unistd.read(_output!, start, (nuint)buffer.Length);
            }
            while (length < 0 && Errno.Last == Errno.EINTR);
        }

        LinuxException.Check((int)length, "read");
        if (_hasEnded)
            _unreadBytes -= (int)length;
        if (length > 0)
            return (int)length;
        _output!.Dispose();
        _output = null;
        return 0;
    }
}
