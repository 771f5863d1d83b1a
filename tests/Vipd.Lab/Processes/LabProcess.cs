using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Vipd.Lab.Network;

namespace Vipd.Lab.Processes;

/// <summary>
/// A program inside a node. sh, setsid and ip all exec, so the process id is the program's own; its output goes
/// straight to
/// a file, so it outlives the lab with --keep; a session of its own keeps the terminal's Ctrl-C away from it.
/// </summary>
public sealed class LabProcess : IDisposable
{
    private readonly Process _process;
    private readonly long _logStart;
    private bool _disposed;

    private LabProcess(Process process, string logFile, long logStart)
    {
        _process = process;
        LogFile = logFile;
        _logStart = logStart;
    }

    public int Id => _process.Id;

    public string LogFile { get; }

    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>128 + signal number when a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>This process has, not an earlier one of the same name.</summary>
    internal bool HasLogged(string text)
    {
        if (!File.Exists(LogFile)) return false;
        using var reader = new StreamReader(LogFile);
        reader.BaseStream.Position = _logStart;
        return reader.ReadToEnd().Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Starts a program in the node; what it writes is appended to NAME.log in the node's directory.</summary>
    public static LabProcess Start(LabNode node, string name, params IReadOnlyList<string> command)
    {
        var log = node.PathOf($"{name}.log");
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", "log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log,
            "ip", "netns", "exec", node.Namespace.Name, .. command,
        ]);
        // A daemon under test must not believe that systemd started it.
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment.Remove("WATCHDOG_USEC");
        start.Environment.Remove("INVOCATION_ID");
        foreach (var (variable, value) in UnitSettings.Variables) start.Environment[variable] = value;
        var logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{name} did not start");
        return new LabProcess(process, log, logStart);
    }

    /// <summary>SIGTERM: asks it to end.</summary>
    public void Terminate() => Signal(Libc.SignalTerminate);

    /// <summary>SIGHUP: the configuration has changed.</summary>
    public void Hangup() => Signal(Libc.SignalHangup);

    /// <summary>
    /// SIGKILL, also of what it has started in its own group: keepalived's child would shut down in order.
    /// </summary>
    public void Kill()
    {
        if (HasExited) return;
        Signal(Libc.SignalKill);
        // setsid made the group; nothing is left in it where the process was alone.
        _ = Libc.Kill(-_process.Id, Libc.SignalKill);
    }

    /// <summary>SIGSTOP: the process hangs until <see cref="Resume"/>.</summary>
    public void Suspend() => Signal(Libc.SignalStop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(Libc.SignalContinue);

    /// <summary>
    /// RLIMIT_NOFILE of the running process: what it has open stays, and nothing more is opened.
    /// </summary>
    public void LimitDescriptors(int soft)
    {
        if (HasExited) return;
        if (Libc.GetLimit(Id, Libc.LimitOpenFiles, 0, out var limit) != 0
            || Libc.SetLimit(Id, Libc.LimitOpenFiles, limit with { Soft = (ulong)soft }, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"prlimit {Id}");
    }

    public bool WaitForExit(TimeSpan bound) => _process.WaitForExit(bound);

    /// <summary>SIGKILL if it still runs, and waits until the kernel has buried it.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        if (!_process.HasExited)
        {
            Kill();
            _process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        _disposed = true;
        _process.Dispose();
    }

    private void Signal(int signal)
    {
        // .NET reaps the child as soon as it exits; HasExited keeps a reused process id from being hit.
        if (HasExited) return;
        if (Libc.Kill(_process.Id, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill {_process.Id}");
    }
}
