using Vipd.Daemon.Hosting;

namespace Vipd.Daemon.Tests.Hosting;

public sealed class InstanceLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Socket => _directory["vipd.sock"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Who_comes_second_does_not_get_it_until_the_first_is_gone()
    {
        using (InstanceLock? first = InstanceLock.TryTake(Socket))
        {
            Assert.NotNull(first);
            Assert.Null(InstanceLock.TryTake(Socket));
        }

        using InstanceLock? next = InstanceLock.TryTake(Socket);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task A_daemon_that_starts_during_a_release_waits_for_it()
    {
        InstanceLock? release = InstanceLock.TryTake(Socket);
        Task<InstanceLock?> daemon = InstanceLock.TakeAsync(Socket, CancellationToken.None);
        Assert.False(daemon.IsCompleted);
        release!.Dispose();
        using InstanceLock? taken = await daemon;
        Assert.NotNull(taken);
    }

    [Fact]
    public async Task A_daemon_beside_a_daemon_gives_up()
    {
        using InstanceLock? first = InstanceLock.TryTake(Socket);
        Assert.Null(await InstanceLock.TakeAsync(Socket, CancellationToken.None));
    }

    [Fact]
    public void The_file_is_closed_to_other_users()
    {
        using InstanceLock? taken = InstanceLock.TryTake(Socket);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InstanceLock.PathFor(Socket)));
    }

    [Fact]
    public void Where_there_is_no_directory_it_says_so() =>
        Assert.Throws<DirectoryNotFoundException>(() => InstanceLock.TryTake(_directory["none/vipd.sock"]));
}
