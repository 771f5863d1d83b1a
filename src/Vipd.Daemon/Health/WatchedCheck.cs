namespace Vipd.Daemon.Health;

/// <summary>A check whose target is also watched between the probes.</summary>
public sealed class WatchedCheck(ICheck check, ConnectionWatch watch, TimeProvider time) : ICheck
{
    public async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        long started = time.GetTimestamp();
        CheckAnswer answer = await check.ProbeAsync(stop);
        if (answer.Class != HealthClass.Down)
            watch.Answered(started);
        return answer;
    }

    public void Dispose()
    {
        watch.Dispose();
        check.Dispose();
    }
}
