using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class JournalServiceTests
{
    [Fact]
    public async Task Every_note_is_written_with_its_level_also_those_left_at_the_end()
    {
        var journal = new LoopJournal();
        var log = new Lines();
        List<string> told = [];
        using var service = new JournalService(journal, log, told.Add);
        await service.StartAsync(CancellationToken.None);
        journal.Add(NoteSeverity.Information, "apiserver", "one");
        Assert.Equal("Information: apiserver: one", await log.NextAsync());
        journal.Add(NoteSeverity.Warning, "apiserver", "two");
        journal.Add(NoteSeverity.Error, "web", "three");
        await service.StopAsync(CancellationToken.None);
        Assert.Equal("Warning: apiserver: two", await log.NextAsync());
        Assert.Equal("Error: web: three", await log.NextAsync());
        Assert.False(journal.TryTake(out _));
        Assert.Equal(["apiserver", "apiserver", "web"], told);
    }

    private sealed class Lines : ILogger<ElectionLoop>
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync() =>
            await _lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Assert.True(_lines.Writer.TryWrite($"{logLevel}: {formatter(state, exception)}"));
    }
}
