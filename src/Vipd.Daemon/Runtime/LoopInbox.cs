using System.Collections.Concurrent;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The only way into the election thread: any thread posts, the election thread is woken and takes. Taking neither
/// locks nor allocates.
/// </summary>
public sealed class LoopInbox(Action wake)
{
    private readonly ConcurrentQueue<LoopMessage> _messages = new();

    /// <summary>Posts from any thread and wakes the election thread.</summary>
    public void Post(LoopMessage message)
    {
        _messages.Enqueue(message);
        wake();
    }

    /// <summary>Called by the election thread alone.</summary>
    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LoopMessage? message) =>
        _messages.TryDequeue(out message);
}
