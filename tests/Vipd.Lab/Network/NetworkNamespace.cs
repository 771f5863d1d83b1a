using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Vipd.Lab.Network;

/// <summary>
/// A network namespace made by <c>ip netns</c>. Sockets and open /proc/net files belong for ever to the namespace in
/// which they were made, so a thread enters only to make them; the descriptors work from any thread afterwards.
/// </summary>
public sealed record NetworkNamespace(string Name)
{
    private const string Directory = "/run/netns";

    public static IReadOnlyList<NetworkNamespace> All() =>
        System.IO.Directory.Exists(Directory)
            ? [.. System.IO.Directory.GetFiles(Directory).Select(Path.GetFileName).Order()
                .Select(n => new NetworkNamespace(n!))]
            : [];

    public bool Exists => File.Exists(Path.Combine(Directory, Name));

    /// <summary>Runs the function on a thread of its own that has entered the namespace and ends afterwards.</summary>
    public T Inside<T>(Func<T> make)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                result = make();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = $"in {Name}" };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>The processes whose network namespace this is.</summary>
    public IReadOnlyList<int> ProcessIds() =>
        [.. IpCommand.Run("netns", "pids", Name)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];

    public override string ToString() => Name;

    private void Enter()
    {
        using var handle = File.OpenHandle(Path.Combine(Directory, Name));
        if (Libc.SetNamespace(handle, Libc.CloneNewNetworkNamespace) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"setns {Name}");
    }
}
