using System.Diagnostics;
using Vipd.Lab.Systemd;

namespace Vipd.Packaging.Tests;

/// <summary>
/// One thread of vipd, held still as a debugger would (ptrace(2)), while the others go on: SIGSTOP stops them all.
/// </summary>
internal sealed class StoppedThread : IDisposable
{
    // PTRACE_ATTACH is 16; the call's number is x86-64's; 0x40000000 is __WALL. The second wait ends with the
    // thread, and buries it: before that its process cannot end.
    private const string Tracer = """
        $| = 1;
        syscall(101, 16, $ARGV[0] + 0, 0, 0) == 0 or die "ptrace: $!";
        waitpid($ARGV[0], 0x40000000);
        print "stopped\n";
        waitpid($ARGV[0], 0x40000000);
        """;

    private readonly Process _tracer;

    private StoppedThread(Process tracer) => _tracer = tracer;

    internal static StoppedThread Of(Machine machine, string threadName)
    {
        var thread = Directory.GetDirectories(machine.PathOf($"/proc/{machine.UnitProperty("MainPID")}/task"))
            .Single(task => File.ReadAllText(Path.Combine(task, "comm")).Trim() == threadName);
        var tracer = machine.Start("perl", "-e", Tracer, Path.GetFileName(thread));
        return tracer.StandardOutput.ReadLine() == "stopped"
            ? new StoppedThread(tracer)
            : throw new InvalidOperationException(tracer.StandardError.ReadToEnd());
    }

    public void Dispose()
    {
        if (!_tracer.HasExited) _tracer.Kill();
        _tracer.Dispose();
    }
}
