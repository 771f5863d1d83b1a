using Vipd.Daemon.Control;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Tests.Control;

public sealed class DrainSwitchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LoopInbox _inbox = new(() => { });

    private string Socket => _directory["vipd.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_drain_is_remembered_and_an_undrain_forgets_it()
    {
        DrainSwitch drain = Switch(Socket);
        Assert.False(drain.Resume());
        Assert.Empty(Posted());

        drain.Drain();
        Assert.IsType<LoopMessage.Drain>(Assert.Single(Posted()));
        Assert.Equal([DrainSwitch.PathFor(Socket)], Directory.GetFiles(_directory.FullPath));

        Assert.True(Switch(Socket).Resume());
        Assert.IsType<LoopMessage.Drain>(Assert.Single(Posted()));

        drain.Undrain();
        Assert.IsType<LoopMessage.Undrain>(Assert.Single(Posted()));
        Assert.False(Switch(Socket).Resume());
    }

    [Fact]
    public void Draining_and_undraining_twice_is_no_failure()
    {
        DrainSwitch drain = Switch(Socket);
        drain.Drain();
        drain.Drain();
        drain.Undrain();
        drain.Undrain();
        Assert.Empty(Directory.GetFiles(_directory.FullPath));
    }

    [Fact]
    public async Task What_cannot_be_remembered_is_not_done()
    {
        DrainSwitch nowhere = Switch(_directory["none/vipd.sock"]);
        var pages = new ControlPages(NoReport(), nowhere, new FlightRecorder(() => default));
        Page refusal = await pages.Act(ControlPages.DrainPath)!;
        Assert.Equal(500, refusal.StatusCode);
        Assert.EndsWith("; nothing has been changed\n", System.Text.Encoding.UTF8.GetString(refusal.Body.Span),
            StringComparison.Ordinal);
        Assert.Empty(Posted());
    }

    [Fact]
    public async Task Only_what_does_something_can_be_posted_to_and_none_of_it_can_be_read()
    {
        var pages = new ControlPages(NoReport(), Switch(Socket), new FlightRecorder(() => default));
        Assert.Equal(202, (await pages.Act(ControlPages.DrainPath)!).StatusCode);
        Assert.Equal(202, (await pages.Act(ControlPages.UndrainPath)!).StatusCode);
        Assert.Null(pages.Act(ControlPages.StatusPath));
        Assert.Equal(404, pages.Find(ControlPages.DrainPath).StatusCode);
    }

    private static StatusReport NoReport()
    {
        var boards = new SampleBoards();
        return new StatusReport(boards.Board, [], boards.Liveness, TimeProvider.System);
    }

    private DrainSwitch Switch(string socket) => new(socket, _inbox, TimeProvider.System);

    private List<LoopMessage> Posted()
    {
        List<LoopMessage> posted = [];
        while (_inbox.TryTake(out LoopMessage? message))
            posted.Add(message);
        return posted;
    }
}
