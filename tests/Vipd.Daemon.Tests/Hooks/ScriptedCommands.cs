using Vipd.Daemon.Processes;

namespace Vipd.Daemon.Tests.Hooks;

/// <summary>Commands that only pretend to run, and end when the test wants it.</summary>
internal sealed class ScriptedCommands
{
    private readonly Lock _gate = new();
    private readonly List<ChildCommand> _begun = [];
    private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    public ScriptedCommands() => _go.SetResult();

    public ChildOutcome Outcome { get; set; } = new(ChildEnd.Exited, [], TimeSpan.Zero) { ExitCode = 0 };

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<ChildCommand> Begun
    {
        get
        {
            lock (_gate)
                return [.. _begun];
        }
    }

    public IEnumerable<string> Programs => Begun.Select(command => command.Arguments[0]);

    /// <summary>From now on commands do not end.</summary>
    public void Hold() => _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _go.SetResult();

    public async Task<ChildOutcome> RunAsync(ChildCommand command, CancellationToken stop)
    {
        lock (_gate)
        {
            _begun.Add(command);
            MostAtOnce = Math.Max(MostAtOnce, ++_running);
        }

        try
        {
            stop.ThrowIfCancellationRequested();
            await _go.Task.WaitAsync(stop);
            return Outcome;
        }
        finally
        {
            lock (_gate)
                _running--;
        }
    }

    public async Task UntilBegun(int count)
    {
        for (int i = 0; Begun.Count < count; i++)
        {
            Assert.True(i < 10_000, $"{Begun.Count} of {count} commands have begun");
            await Task.Delay(1);
        }
    }
}
