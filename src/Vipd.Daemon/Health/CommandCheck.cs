using Vipd.Daemon.Configuration;
using Vipd.Daemon.Processes;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: command`: exit code 0 is ready, another one notReady; a command that can't be started or does not end in
/// time is down. The first lines that it writes are its reasons.
/// </summary>
public sealed class CommandCheck(CommandSettings settings, string name, TimeSpan timeout) : ICheck
{
    private const int MaximumReasons = 5;

    private readonly ChildCommand _command = new(
        settings.Command, new Dictionary<string, string> { ["VIPD_CHECK"] = name }, timeout);

    public async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        ChildOutcome outcome = await ChildProcess.RunAsync(_command, stop);
        if (outcome.IsSuccess)
            return CheckAnswer.Ready;
        string[] reasons = [outcome.Describe(_command), .. outcome.Output.Take(MaximumReasons)];
        return outcome.End switch
        {
            ChildEnd.TimedOut => CheckAnswer.TimedOut(reasons),
            ChildEnd.NotStarted => CheckAnswer.Down(reasons),
            _ => CheckAnswer.NotReady(reasons),
        };
    }

    public void Dispose()
    {
    }
}
