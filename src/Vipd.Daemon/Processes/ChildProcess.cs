using System.Diagnostics;
using Vipd.Linux;
using Vipd.Linux.Processes;

namespace Vipd.Daemon.Processes;

/// <summary>
/// Runs a command of the configuration (a check, a hook) to its end: confined, time-limited, its output bounded. Each
/// run has a thread of its own, as nothing else can wait for a process and a pipe without holding a thread of the pool.
/// </summary>
public static class ChildProcess
{
    private const int BufferBytes = 4096;

    /// <summary>
    /// Runs it. Whatever the command does is an outcome; what it leaves in its process group when it ends is killed.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="stop"/>; the command and its process group have been killed.
    /// </exception>
    public static Task<ChildOutcome> RunAsync(ChildCommand command, CancellationToken stop)
    {
        var outcome = new TaskCompletionSource<ChildOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _ = SmallThread.Start(() => Complete(outcome, command, stop), "vipd-child");
        }
        catch (LinuxException refusal)
        {
            return Task.FromResult(new ChildOutcome(ChildEnd.NotStarted, [], TimeSpan.Zero)
            {
                Refusal = $"no thread can be started: {refusal.Advice}",
            });
        }

        return outcome.Task;
    }

    private static void Complete(
        TaskCompletionSource<ChildOutcome> outcome, ChildCommand command, CancellationToken stop)
    {
        try
        {
            ChildOutcome result = Run(command, stop);
            if (stop.IsCancellationRequested)
                outcome.SetCanceled(stop);
            else
                outcome.SetResult(result);
        }
        catch (Exception defect)
        {
            outcome.SetException(defect);
        }
    }

    private static ChildOutcome Run(ChildCommand command, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            using ConfinedProcess process = ConfinedProcess.Start(command.Arguments, EnvironmentOf(command.Variables));
            using CancellationTokenRegistration cancelled = stop.UnsafeRegister(
                static state => ((ConfinedProcess)state!).KillGroup(), process);
            return Follow(process, command.TimeLimit, started);
        }
        catch (LinuxException refusal)
        {
            TimeSpan duration = Stopwatch.GetElapsedTime(started);
            return new ChildOutcome(ChildEnd.NotStarted, [], duration) { Refusal = refusal.Message };
        }
    }

    private static ChildOutcome Follow(ConfinedProcess process, TimeSpan limit, long started)
    {
        var lines = new OutputLines();
        byte[] buffer = new byte[BufferBytes];
        bool isTimedOut = false;
        while (true)
        {
            TimeSpan rest = limit - Stopwatch.GetElapsedTime(started);
            if (rest <= TimeSpan.Zero && !isTimedOut)
            {
                isTimedOut = true;
                process.KillGroup();
            }

            TimeSpan atMost = isTimedOut ? TimeSpan.MaxValue : rest;
            ProcessProgress progress = process.Wait(buffer, atMost, out int length);
            if (progress == ProcessProgress.Output)
                lines.Add(buffer.AsSpan(0, length));
            else if (progress == ProcessProgress.Ended)
                break;
        }

        ExitStatus status = process.Reap();
        ChildEnd end = isTimedOut ? ChildEnd.TimedOut : status.Signal is null ? ChildEnd.Exited : ChildEnd.Signalled;
        return new ChildOutcome(end, lines.Finish(), Stopwatch.GetElapsedTime(started))
        {
            ExitCode = status.Code,
            Signal = status.Signal,
        };
    }

    private static List<string> EnvironmentOf(IReadOnlyDictionary<string, string> variables)
    {
        List<string> environment = [.. variables.Select(variable => $"{variable.Key}={variable.Value}")];
        if (!variables.ContainsKey("PATH"))
            environment.Add($"PATH={ChildCommand.SearchPath}");
        return environment;
    }
}
