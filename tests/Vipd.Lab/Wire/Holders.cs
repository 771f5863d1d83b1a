using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Vipd.Lab.Network;

namespace Vipd.Lab.Wire;

/// <summary>
/// Which nodes hold an address right now. The kernel's local routing table is kept open in each namespace, so that a
/// look costs microseconds and no process.
/// </summary>
public sealed class Holders : IDisposable
{
    private const int BufferLength = 1 << 18;
    private readonly IReadOnlyList<(LabNode Node, SafeFileHandle LocalRoutes)> _tables;

    public Holders(IEnumerable<LabNode> nodes) => _tables =
        [.. nodes.Select(n => (n, n.Namespace.Inside(() => File.OpenHandle("/proc/thread-self/net/fib_trie"))))];

    /// <summary>The nodes whose kernel takes packets for the address.</summary>
    public IReadOnlyList<LabNode> Of(IPAddress address) =>
        [.. _tables.Where(t => HasLocalRoute(t.LocalRoutes, address)).Select(t => t.Node)];

    /// <summary>The same by <c>ip addr</c>: slower, independent, and with the prefix length.</summary>
    public static IReadOnlyList<PrefixedAddress> AddressesOf(LabNode node)
    {
        using var document =
            JsonDocument.Parse(IpCommand.Run("-n", node.Namespace.Name, "-j", "addr", "show", "dev", "eth0"));
        return
        [
            .. document.RootElement.EnumerateArray()
                .SelectMany(link => link.GetProperty("addr_info").EnumerateArray())
                .Select(a => (Address: IPAddress.Parse(a.GetProperty("local").GetString()!), Entry: a))
                .Select(a => new PrefixedAddress(a.Address, a.Entry.GetProperty("prefixlen").GetInt32())),
        ];
    }

    public void Dispose()
    {
        foreach (var table in _tables) table.LocalRoutes.Dispose();
    }

    // /proc/net/fib_trie: "|-- 192.0.2.100" followed by "/32 host LOCAL" for an address of the machine itself.
    private static bool HasLocalRoute(SafeFileHandle table, IPAddress address)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0;
            while (RandomAccess.Read(table, buffer.AsSpan(length), length) is > 0 and var read) length += read;
            return ShowsLocal(buffer.AsSpan(0, length), address);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool ShowsLocal(ReadOnlySpan<byte> text, IPAddress address)
    {
        var leaf = Encoding.ASCII.GetBytes($"|-- {address}\n");
        while (text.IndexOf(leaf) is >= 0 and var found)
        {
            text = text[(found + leaf.Length)..];
            var nextLeaf = text.IndexOf("--"u8);
            if ((nextLeaf < 0 ? text : text[..nextLeaf]).IndexOf("host LOCAL"u8) >= 0) return true;
        }
        return false;
    }
}
