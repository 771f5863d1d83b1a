using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Vipd.Lab.Network;

namespace Vipd.Lab.Wire;

/// <summary>
/// Which nodes hold an address right now. The kernel's local routing table is kept open in each namespace, so that a
/// look
/// costs microseconds and no process.
/// </summary>
public sealed class Holders : IDisposable
{
    private const int BufferLength = 1 << 18;
    private const string AddressesV6File = "/proc/thread-self/net/if_inet6";
    private readonly IReadOnlyList<(LabNode Node, SafeFileHandle LocalRoutes, SafeFileHandle? AddressesV6)> _tables;

    public Holders(IEnumerable<LabNode> nodes) => _tables =
    [
        .. nodes.Select(n => n.Namespace.Inside(() => (n,
            File.OpenHandle("/proc/thread-self/net/fib_trie"),
            File.Exists(AddressesV6File) ? File.OpenHandle(AddressesV6File) : null))),
    ];

    /// <summary>The nodes whose kernel takes packets for the address.</summary>
    public IReadOnlyList<LabNode> Of(IPAddress address) =>
        [.. _tables.Where(t => Has(t.LocalRoutes, t.AddressesV6, address)).Select(t => t.Node)];

    /// <summary>How many of the IPv4 addresses each node's kernel takes packets for; one look a node.</summary>
    public IReadOnlyList<(LabNode Node, int Count)> CountOf(IReadOnlySet<IPAddress> addresses) =>
        [.. _tables.Select(t => (t.Node, LocalAddresses(t.LocalRoutes).Count(addresses.Contains)))];

    /// <summary>The same by <c>ip addr</c>: slower, independent, and with the prefix length.</summary>
    public static IReadOnlyList<PrefixedAddress> AddressesOf(LabNode node)
    {
        var json = IpCommand.Run("-n", node.Namespace.Name, "-j", "addr", "show", "dev", "eth0");
        using var document = JsonDocument.Parse(json);
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
        foreach (var table in _tables)
        {
            table.LocalRoutes.Dispose();
            table.AddressesV6?.Dispose();
        }
    }

    private static bool Has(SafeFileHandle routes, SafeFileHandle? addressesV6, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork
            ? Look(routes, text => ShowsLocal(text, address))
            // /proc/net/if_inet6: 32 digits an address, in front of its line.
            : addressesV6 is not null && Look(addressesV6, text => text.IndexOf(
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(address.GetAddressBytes()))) >= 0);

    // "           |-- 192.0.2.100" and, behind it, "/32 host LOCAL"; every address may stand in two tables.
    private static HashSet<IPAddress> LocalAddresses(SafeFileHandle routes)
    {
        var addresses = new HashSet<IPAddress>();
        Look(routes, text =>
        {
            var leaf = default(ReadOnlySpan<byte>);
            foreach (var range in text.Split((byte)'\n'))
            {
                var line = text[range].TrimStart((byte)' ');
                if (line.StartsWith("|-- "u8)) leaf = line[4..];
                else if (line.IndexOf("host LOCAL"u8) >= 0 && !leaf.IsEmpty) addresses.Add(IPAddress.Parse(leaf));
            }
            return true;
        });
        return addresses;
    }

    private static bool Look(SafeFileHandle table, Judgement judge)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var length = 0;
            while (RandomAccess.Read(table, buffer.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
                if (length < buffer.Length) continue;
                var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
                buffer.CopyTo(larger, 0);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            return judge(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // /proc/net/fib_trie: "|-- 192.0.2.100" followed by "/32 host LOCAL" for an address of the machine itself.
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

    private delegate bool Judgement(ReadOnlySpan<byte> text);
}
