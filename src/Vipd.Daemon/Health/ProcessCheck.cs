using Vipd.Daemon.Configuration;
using Vipd.Linux;
using Vipd.Linux.Polling;
using Vipd.Linux.Processes;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: process`: ready while the process runs. Its end is told by the kernel (pidfd_open(2)) and probed for at once;
/// only for one that does not run is /proc looked through, once an interval.
/// </summary>
public sealed class ProcessCheck(ProcessSettings settings, ProcessTable table, CheckAlarm alarm) : ICheck
{
    private const int MaximumPidFileLength = 64;

    private readonly WakeUp _stop = new();
    private ProcessDescriptor? _process;
    private Thread? _waiting;

    public Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        if (_process is { HasEnded: false })
            return Task.FromResult(CheckAnswer.Ready);
        Forget();
        (int? processId, string problem) = Find();
        if (processId is not { } id)
            return Task.FromResult(CheckAnswer.Down(problem));
        try
        {
            Watch(ProcessDescriptor.Open(id));
            return Task.FromResult(CheckAnswer.Ready);
        }
        catch (LinuxException refusal)
        {
            return Task.FromResult(CheckAnswer.Down($"process {id} can't be watched: {refusal.Message}"));
        }
    }

    public void Dispose()
    {
        Forget();
        _stop.Dispose();
    }

    private (int? Id, string Problem) Find()
    {
        if (settings.PidFile is not { } file)
        {
            string name = settings.Process!;
            try
            {
                return (table.Find(name), $"no process runs {name}{Blindfold}");
            }
            catch (IOException failure)
            {
                return (null, $"/proc can't be read: {failure.Message}");
            }
        }

        if (ReadPidFile(file) is not { } id)
            return (null, $"{file} does not hold the number of a process");
        return settings.Process is { } program && !table.Runs(id, program)
            ? (null, $"process {id} of {file} does not run {program}{Blindfold}")
            : (id, "");
    }

    private string Blindfold => table.SeesOthers
        ? ""
        : " that vipd may see: other users' are hidden from it (ProtectProc=invisible); systemctl edit vipd: "
            + "[Service] ProtectProc=default, then restart it, or give the check a pidFile and no name";

    private static int? ReadPidFile(string path)
    {
        try
        {
            using StreamReader reader = File.OpenText(path);
            char[] text = new char[MaximumPidFileLength];
            int length = reader.ReadBlock(text, 0, text.Length);
            return ProcessTable.ParseId(new string(text, 0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Watch(ProcessDescriptor process)
    {
        try
        {
            _waiting = SmallThread.Start(
                () =>
                {
                    if (process.WaitForEnd(_stop))
                        alarm.ProbeNow();
                },
                "vipd-process");
        }
        catch (LinuxException)
        {
            process.Dispose();
            throw;
        }

        _process = process;
    }

    private void Forget()
    {
        if (_waiting is null)
            return;
        _stop.Signal();
        _waiting.Join();
        _stop.Acknowledge();
        _waiting = null;
        _process?.Dispose();
        _process = null;
    }
}
