using System.IO.Pipelines;
using System.Text;
using Vipd.Daemon.Hooks;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Observability;

/// <summary>A scrape of 255 routers: 2 MB of text through one buffer.</summary>
public sealed class LargeExpositionTests
{
    private const int Routers = 255;
    private readonly PrometheusExposition _exposition;

    public LargeExpositionTests()
    {
        RouterBoard[] routers =
        [
            .. Enumerable.Range(1, Routers).Select(number => new RouterBoard(
                SampleBoards.Identity with { Name = $"r{number}" },
                SampleBoards.Snapshot(RouterState.Backup, TransitionCause.Startup))),
        ];
        HookBoard[] hooks = [.. routers.Select(router => new HookBoard(router.Identity.Name))];
        _exposition = new VipdMetrics(new StatusBoard(routers), [], hooks, new ReloadOutcome()).Exposition;
    }

    [Fact]
    public async Task Each_router_has_the_same_series_and_none_twice()
    {
        var stream = new MemoryStream();
        await Scrape(stream);
        string[] series =
        [
            .. Encoding.UTF8.GetString(stream.ToArray()).Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')]),
        ];

        Assert.Equal(series.Length, series.Distinct().Count());
        string[] ofFirst = Of("r1");
        Assert.InRange(ofFirst.Length, 100, 200);
        Assert.All(Enumerable.Range(1, Routers), number => Assert.Equal(ofFirst, Of($"r{number}")));

        string[] Of(string router)
        {
            string label = $"router=\"{router}\"";
            return
            [
                .. series.Where(line => line.Contains(label, StringComparison.Ordinal))
                    .Select(line => line.Replace(label, "", StringComparison.Ordinal)),
            ];
        }
    }

    [Fact]
    public async Task It_is_handed_over_piece_by_piece()
    {
        var pieces = new PieceSizes();
        await Scrape(pieces);

        Assert.InRange(pieces.Sizes.Sum(), 1 << 20, 4 << 20);
        Assert.All(pieces.Sizes, size => Assert.InRange(size, 1, 64 * 1024));
    }

    [Fact]
    public async Task It_makes_next_to_no_garbage()
    {
        await Scrape(Stream.Null);
        await Scrape(Stream.Null);

        long before = GC.GetAllocatedBytesForCurrentThread();
        await Scrape(Stream.Null);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The labels of 255 hooks, twice, and the descriptors of a process full of tests; 30,000 lines.
        Assert.InRange(allocated, 0, 256 * 1024);
    }

    private async Task Scrape(Stream stream)
    {
        PipeWriter output = PipeWriter.Create(stream);
        await _exposition.WriteTo(output);
        await output.CompleteAsync();
    }

    private sealed class PieceSizes : MemoryStream
    {
        public List<int> Sizes { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Sizes.Add(buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
