using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;

namespace Vipd.Daemon.Tests.Support;

/// <summary>
/// As long as it lives, this process can open so many descriptors and no more (EMFILE). For tests that run alone.
/// </summary>
internal sealed class FewDescriptors : IDisposable
{
    private const int RLIMIT_NOFILE = 7;

    private readonly nuint[] _before = new nuint[2];
    private readonly List<SafeFileHandle> _filling = [];

    public FewDescriptors(int left)
    {
        LinuxException.Check(Native.getrlimit(RLIMIT_NOFILE, _before), "getrlimit");

        // The kernel gives away the lowest number that is free, and none from the limit on: which is above all that are
        // in use, since libc refuses to close others in a child.
        int highest = Directory.GetFileSystemEntries("/proc/self/fd")
            .Max(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));
        int number;
        do
        {
            number = LinuxException.Check(Native.dup(0), "dup");
            _filling.Add(new SafeFileHandle(number, ownsHandle: true));
        }
        while (number <= highest);
        _filling[^1].Dispose();
        LinuxException.Check(Native.setrlimit(RLIMIT_NOFILE, [(nuint)(number + left), _before[1]]), "setrlimit");
    }

    public void Dispose()
    {
        LinuxException.Check(Native.setrlimit(RLIMIT_NOFILE, _before), "setrlimit");
        _filling.ForEach(handle => handle.Dispose());
    }
}
