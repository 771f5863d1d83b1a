namespace Vipd.Lab.Processes;

/// <summary>
/// Hands on each line of a growing file, with the time at which it was seen (within <see cref="PollInterval"/>).
/// </summary>
public sealed class LogFollower : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _follow;

    public LogFollower(string file, Action<TimeSpan, string> onLine) => _follow = Task.Run(() => Follow(file, onLine));

    public void Dispose()
    {
        _stop.Cancel();
        _follow.Wait();
        _stop.Dispose();
    }

    private void Follow(string file, Action<TimeSpan, string> onLine)
    {
        while (!File.Exists(file))
        {
            if (_stop.Token.WaitHandle.WaitOne(PollInterval)) return;
        }
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var partial = "";
        while (true)
        {
            // Read before the look at the token, so that the last lines are handed on at the end.
            var ending = _stop.IsCancellationRequested;
            var lines = (partial + reader.ReadToEnd()).Split('\n');
            foreach (var line in lines[..^1]) onLine(MonotonicClock.Now, line);
            partial = lines[^1];
            if (ending) return;
            _stop.Token.WaitHandle.WaitOne(PollInterval);
        }
    }
}
