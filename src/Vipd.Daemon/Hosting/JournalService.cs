using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>Writes the election thread's notes to the log, so that a log that blocks blocks only this.</summary>
/// <param name="journal">Of the election thread.</param>
/// <param name="log">Where the notes go.</param>
/// <param name="noted">Told of the router of each note: every transition leaves one.</param>
internal sealed class JournalService(LoopJournal journal, ILogger<ElectionLoop> log, Action<string> noted)
    : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (journal.TryTake(out LoopNote? note))
            Write(note);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
            Write(await journal.TakeAsync(stoppingToken));
    }

    private void Write(LoopNote note)
    {
        noted(note.Router);
        log.Log(LevelOf(note.Severity), "{Router}: {Note}", note.Router, note.Text);
    }

    private static LogLevel LevelOf(NoteSeverity severity) => severity switch
    {
        NoteSeverity.Error => LogLevel.Error,
        NoteSeverity.Warning => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
