using System.Threading.Channels;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>A check that says when it is probed and answers when it is told to.</summary>
public sealed class ScriptedCheck : ICheck
{
    private readonly Channel<CheckAnswer> _answers = Channel.CreateUnbounded<CheckAnswer>();
    private readonly SemaphoreSlim _started = new(0);
    private int _running;

    public int Started { get; private set; }

    public bool Overlapped { get; private set; }

    public bool WasCancelled { get; private set; }

    /// <summary>What a probe still does once it is cancelled.</summary>
    public Task CleanUp { get; set; } = Task.CompletedTask;

    public bool IsDisposed { get; private set; }

    public async Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        Overlapped |= Interlocked.Increment(ref _running) > 1;
        Started++;
        _started.Release();
        try
        {
            return await _answers.Reader.ReadAsync(stop);
        }
        catch (OperationCanceledException)
        {
            WasCancelled = true;
            await CleanUp;
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public async Task NextProbeAsync() =>
        Assert.True(await _started.WaitAsync(TimeSpan.FromSeconds(20)), "no probe was started");

    public void Answer(CheckAnswer answer) => Assert.True(_answers.Writer.TryWrite(answer));

    public void Dispose() => IsDisposed = true;
}
