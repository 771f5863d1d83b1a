using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Vipd.Linux.Netlink;

namespace Vipd.Linux.Tests.Support;

/// <summary>
/// A network namespace of its own for one test. The body runs on a thread that lives as long as the test; with it, with
/// its descriptors and its children the namespace ends, so nothing is left behind.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly SafeFileHandle _home;
    private readonly SafeFileHandle _peer;

    private TestNetwork()
    {
        _peer = NewNamespace();
        _home = NewNamespace();
    }

    /// <summary>Runs a test inside; the far namespace is reached with <see cref="InPeer"/>.</summary>
    public static void Run(Action<TestNetwork> body)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var network = new TestNetwork();
                body(network);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>A cable: v0 here with 192.0.2.1/24 and fe80::1, v1 in the peer with 192.0.2.2/24 and fe80::2.</summary>
    /// <param name="index">Of v0; null: the kernel chooses.</param>
    public void AddCable(InterfaceIndex? index = null)
    {
        Shell($"ip link add v0 {(index is { } wanted ? $"index {wanted.Value}" : "")} type veth peer name v1");
        Shell($"ip link set v1 netns /proc/{Environment.ProcessId}/fd/{_peer.DangerousGetHandle()}");
        Shell("ip addr add 192.0.2.1/24 dev v0; ip addr add fe80::1/64 dev v0 nodad; ip link set v0 up");
        InPeer(() => Shell("ip addr add 192.0.2.2/24 dev v1; ip addr add fe80::2/64 dev v1 nodad; ip link set v1 up"));
        AwaitCarrier("v0");
        InPeer(() => AwaitCarrier("v1"));
    }

    /// <summary>An interface that is up, has no address and leads nowhere ("dummy" is not in every kernel).</summary>
    public static InterfaceIndex AddInterface(string name = "d0")
    {
        Shell($"ip link add {name} type veth peer name {name}-end; ip link set {name} addrgenmode none up; "
            + $"ip link set {name}-end addrgenmode none up");
        AwaitCarrier(name);
        return IndexOf(name);
    }

    public void InPeer(Action body)
    {
        Enter(_peer);
        try
        {
            body();
        }
        finally
        {
            Enter(_home);
        }
    }

    public T InPeer<T>(Func<T> body)
    {
        T result = default!;
        InPeer(() => { result = body(); });
        return result;
    }

    public static InterfaceIndex IndexOf(string name) => Link(name).Index;

    /// <summary>Runs a shell command in the calling thread's namespace and returns what it printed.</summary>
    public static string Shell(string command)
    {
        string output = Path.GetTempFileName();
        try
        {
            int status = Native.system(Encoding.UTF8.GetBytes($"set -e; exec >{output} 2>&1; {command}\0"));
            string text = File.ReadAllText(output);
            Assert.True(status == 0, $"{command}: status {status}: {text}");
            return text;
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>Asks again until it is so; the test fails after the time given.</summary>
    public static void Eventually(Func<bool> isSo, int milliseconds = 2000)
    {
        long deadline = Environment.TickCount64 + milliseconds;
        while (!isSo())
        {
            Assert.True(Environment.TickCount64 < deadline, $"not so within {milliseconds} ms");
            Thread.Sleep(1);
        }
    }

    public void Dispose()
    {
        _home.Dispose();
        _peer.Dispose();
    }

    private static void AwaitCarrier(string name) => Eventually(() => Link(name).HasCarrier);

    private static InterfaceLink Link(string name)
    {
        using var netlink = new AddressNetlink();
        return netlink.ListLinks().Single(link => link.Name == name);
    }

    private static SafeFileHandle NewNamespace()
    {
        if (Native.unshare(Native.CLONE_NEWNET) != 0)
            throw LinuxException.Last("unshare");
        return File.OpenHandle("/proc/thread-self/ns/net");
    }

    private static void Enter(SafeFileHandle ns) =>
        LinuxException.Check(
            Native.setns((int)ns.DangerousGetHandle(), Native.CLONE_NEWNET), "setns");
}
