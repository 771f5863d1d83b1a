using Vipd.Daemon.Recording;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Recording;

public sealed class RecordingStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_for_owner_and_group_and_reads_back()
    {
        string path = new RecordingStore([_directory.FullPath]).Save(Sample(0), "storm");
        Assert.Equal(_directory["vipd-20260301T120000.000Z-storm.vipdrec"], path);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
        Assert.True(RecordingReader.TryRead(File.ReadAllBytes(path), out _, out string? error), error);
        Assert.Single(Directory.GetFiles(_directory.FullPath));
    }

    [Fact]
    public void The_newest_eight_stay_and_strangers_are_left_alone()
    {
        File.WriteAllText(_directory["vipd.yaml"], "");
        var store = new RecordingStore([_directory.FullPath]);
        string[] paths = [.. Enumerable.Range(0, 11).Select(second => store.Save(Sample(second), "crash"))];
        Assert.Equal(
            [.. paths.TakeLast(RecordingStore.FilesKept), _directory["vipd.yaml"]],
            Directory.GetFiles(_directory.FullPath).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Where_the_first_folder_is_missing_the_second_is_taken()
    {
        RecordingStore store = RecordingStore.Beside(_directory["vipd.sock"], _ => _directory["missing"]);
        Assert.StartsWith(_directory.FullPath, store.Save(Sample(0), "storm"), StringComparison.Ordinal);
        var nowhere = new RecordingStore([_directory["missing"], _directory["too"]]);
        IOException refused = Assert.Throws<IOException>(() => nowhere.Save(Sample(0), "storm"));
        Assert.Contains(_directory["too"], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_lies_in_wait_is_not_written_through()
    {
        string path = _directory["x.vipdrec"];
        File.WriteAllText(_directory["victim"], "untouched");
        File.CreateSymbolicLink($"{path}.{Environment.ProcessId}.tmp", _directory["victim"]);
        Assert.Throws<IOException>(() => RecordingStore.Write(path, [1]));
        Assert.Equal("untouched", File.ReadAllText(_directory["victim"]));
    }

    private static FlightRecording Sample(int seconds)
    {
        var election = new RecordedElection();
        election.Tell(RouterEvent.Startup());
        return election.Recorder.Take("test") with { TakenAt = SampleBoards.Start + TimeSpan.FromSeconds(seconds) };
    }
}
