using Vipd.Linux.Interop;

namespace Vipd.Linux.Tests;

public class LinuxExceptionTests
{
    [Fact]
    public void The_message_names_the_call_the_error_and_its_meaning()
    {
        var exception = new LinuxException("bind", 98);
        Assert.Equal("bind: EADDRINUSE (Address already in use)", exception.Message);
        Assert.Equal(("bind", 98, "EADDRINUSE"), (exception.Call, exception.Errno, exception.ErrnoName));
        Assert.Null(exception.Advice);
    }

    [Fact]
    public void Advice_follows_the_message() =>
        Assert.Equal(
            "socket: EPERM (Operation not permitted): CAP_NET_RAW is needed",
            new LinuxException("socket", Errno.EPERM, "CAP_NET_RAW is needed").Message);

    [Theory]
    [InlineData(0)]
    [InlineData(41)]
    [InlineData(-1)]
    [InlineData(4711)]
    public void A_number_without_a_name_is_shown_as_a_number(int errno) =>
        Assert.Equal($"errno {errno}", new LinuxException("call", errno).ErrnoName);
}
