using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Vrrp;

namespace Vipd.Daemon.Doctor;

/// <summary>
/// Listens for a while on the interface of one virtual router: for Advertisements, and for who has its first address.
/// </summary>
internal sealed class WireListener : IDisposable
{
    private const byte VrrpProtocol = 112;
    private const int DatagramsACall = 16;
    private const int FrameOctets = 64 * 1024;
    private const int ReceiveBufferOctets = 256 * 1024;

    private static readonly IPAddress Group4 = IPAddress.Parse("224.0.0.18");
    private static readonly IPAddress Group6 = IPAddress.Parse("ff02::12");

    private readonly RawIpSocket _vrrp;
    private readonly AddressQuestion? _question;
    private readonly Dictionary<(IPAddress, int), HeardAdvertisement> _heard = [];

    private WireListener(VirtualRouterConfiguration router, InterfaceLink link, InternetAddress? asker)
    {
        bool isIPv6 = router.Family == AddressFamily.InterNetworkV6;
        // In the group and beside it: what is sent to this node alone is received as well.
        _vrrp = RawIpSocket.OpenMulticast(
            router.Family, VrrpProtocol, link.Index, link.Name, isIPv6 ? Group6 : Group4, ReceiveBufferOctets);
        if (asker is { } from)
            _question = new AddressQuestion(link, InternetAddress.From(router.Addresses[0].Address), from);
    }

    /// <summary>All routers at the same time.</summary>
    public static async Task<IReadOnlyDictionary<string, WireFacts>> ListenAsync(
        IReadOnlyList<VirtualRouterConfiguration> routers,
        MachineDescription machine,
        MachineFiles files,
        TimeSpan duration,
        CancellationToken stop)
    {
        IPAddress[] virtualAddresses =
            [.. routers.SelectMany(router => router.Addresses).Select(address => address.Address)];
        var facts = new Dictionary<string, WireFacts>(StringComparer.Ordinal);
        var listeners = new List<(VirtualRouterConfiguration Router, WireListener Listener)>();
        foreach (VirtualRouterConfiguration router in routers)
        {
            InterfaceLink? link = LinkOf(router, machine);
            WireFacts silent = Silent(router, link, machine, files, duration);
            facts[router.Name] = silent;
            if (silent.Problem is not null)
                continue;
            (InternetAddress? asker, string? problem) =
                AddressQuestion.AskerOn(link!, router.Family, machine, virtualAddresses);
            facts[router.Name] = silent with { NotAsked = problem };
            try
            {
                listeners.Add((router, new WireListener(router, link!, asker)));
            }
            catch (LinuxException refused)
            {
                facts[router.Name] = silent with { Problem = $"can't listen on {link!.Name}: {refused.Message}" };
            }
        }

        try
        {
            foreach ((_, WireListener listener) in listeners)
                listener._question?.Ask();
            await Task.Delay(duration, stop);
            foreach ((VirtualRouterConfiguration router, WireListener listener) in listeners)
                facts[router.Name] = listener.Read(facts[router.Name]);
        }
        finally
        {
            foreach ((_, WireListener listener) in listeners)
                listener.Dispose();
        }

        return facts;
    }

    public void Dispose()
    {
        _vrrp.Dispose();
        _question?.Dispose();
    }

    private static InterfaceLink? LinkOf(VirtualRouterConfiguration router, MachineDescription machine) =>
        router.Interface is { } name
            ? machine.Links.FirstOrDefault(link => link.Name == name)
            : machine.GlobalAddresses.Holding(router.Addresses[0].Address) is { } subnet ? machine.LinkOf(
                subnet) : null;

    private static WireFacts Silent(
        VirtualRouterConfiguration router,
        InterfaceLink? link,
        MachineDescription machine,
        MachineFiles files,
        TimeSpan duration)
    {
        string? problem = link is null ? "this machine has no interface for it"
            : link.HasCarrier ? null : $"{link.Name} has no carrier";
        string bridge = $"/sys/class/net/{link?.Name}/bridge/multicast_";
        return new WireFacts(
            link?.Name ?? router.Interface ?? "",
            problem,
            [],
            [],
            machine.Addresses.Any(own => own.Address.Equals(router.Addresses[0].Address)),
            duration)
        {
            SnoopsWithoutQuerier = files.Read(bridge + "snooping").Text?.Trim() == "1"
                && files.Read(bridge + "querier").Text?.Trim() == "0",
        };
    }

    /// <summary>What the kernel has queued meanwhile; its queue holds thousands.</summary>
    private WireFacts Read(WireFacts silent)
    {
        var batch = new DatagramBatch(DatagramsACall);
        do
        {
            _vrrp.Receive(batch);
            for (int i = 0; i < batch.Count; i++)
            {
                if (!batch.TryRead(i, out ReadOnlySpan<byte> message, out IpDatagram datagram))
                    continue;
                var source = new IPAddress(datagram.Source);
                if (HeardAdvertisement.Parse(source, message) is { } heard)
                    _heard[(source, heard.Vrid)] = heard with { IsUnicast = !datagram.IsMulticast };
            }
        }
        while (batch.IsFull);
        return silent with { Heard = [.. _heard.Values], Answers = _question?.Read(new byte[FrameOctets]) ?? [] };
    }
}
