using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// The transitions of a Virtual Router, in order, for one reader that acts on them and may be slow. The election thread
/// never waits for it: of what was not read the newest are kept.
/// </summary>
public sealed class TransitionFeed
{
    /// <summary>Transitions kept while nobody takes them.</summary>
    public const int Capacity = 4;

    private readonly Channel<TransitionRecord> _pending;
    private long _passedOver;

    public TransitionFeed() => _pending = Channel.CreateBounded<TransitionRecord>(
        new BoundedChannelOptions(Capacity)
        {
            FullMode = BoundedChannelFullMode.DropOldest,
            SingleReader = true,
            SingleWriter = true,
        },
        _ => Interlocked.Increment(ref _passedOver));

    /// <summary>Transitions that were given up for newer ones.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    internal void Add(TransitionRecord transition) => _pending.Writer.TryWrite(transition);

    /// <summary>The next transition, as soon as there is one.</summary>
    public ValueTask<TransitionRecord> TakeAsync(CancellationToken cancellation) =>
        _pending.Reader.ReadAsync(cancellation);

    /// <summary>A transition that is there already; for the end of the daemon.</summary>
    public bool TryTake([NotNullWhen(true)] out TransitionRecord? transition) =>
        _pending.Reader.TryRead(out transition);
}
