using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Vipd.Daemon.Runtime;

/// <summary>How much a note matters; the words of journald.</summary>
public enum NoteSeverity
{
    Information,
    Warning,
    Error,
}

/// <summary>One line for the log.</summary>
public sealed record LoopNote(NoteSeverity Severity, string Router, string Text);

/// <summary>
/// What the election thread has to say. It never writes a log itself, since a log may block: it leaves a note here, and
/// somebody else writes it. Notes are made for transitions and failures alone, never for a packet.
/// </summary>
public sealed class LoopJournal
{
    /// <summary>Notes kept while nobody takes them; later ones are dropped.</summary>
    private const int Limit = 10_000;

    private readonly Channel<LoopNote> _notes = Channel.CreateBounded<LoopNote>(
        new BoundedChannelOptions(Limit) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    internal void Add(NoteSeverity severity, string router, string text) =>
        _notes.Writer.TryWrite(new LoopNote(severity, router, text));

    /// <summary>The next note, as soon as there is one.</summary>
    public ValueTask<LoopNote> TakeAsync(CancellationToken cancellation) => _notes.Reader.ReadAsync(cancellation);

    /// <summary>A note that is there already; for the end of the daemon.</summary>
    public bool TryTake([NotNullWhen(true)] out LoopNote? note) => _notes.Reader.TryRead(out note);
}
