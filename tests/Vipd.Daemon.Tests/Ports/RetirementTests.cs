using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Daemon.Tests.Runtime;
using Vipd.Daemon.Tests.Support;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Linux.Sockets;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>
/// Two reloads in a row: the first takes 192.0.2.101 out of the configuration, and the kernel does not remove it.
/// </summary>
public sealed class RetirementTests
{
    private const int NoFormerNumber = -1;

    private static readonly MonotonicTime Now = new(1_000_000_000_000);
    private static readonly InternetAddress Retired = InternetAddress.Parse("192.0.2.101");
    private static readonly InternetAddress Third = InternetAddress.Parse("192.0.2.102");

    [NetnsFact]
    public void What_the_kernel_did_not_remove_is_remembered_through_any_number_of_reloads() => Run(at =>
    {
        at.Reload([0, NoFormerNumber], NetworkPlans.Vip, Third);
        at.Reload([0], NetworkPlans.Vip);
        at.Listens();
        Assert.False(at.Ports.Retire(out LinuxException? refused));
        Assert.Null(refused);
        Assert.False(at.Holds(Retired));
        Assert.True(at.Holds(NetworkPlans.Vip));
    });

    [NetnsFact]
    public void One_that_is_wanted_again_stays_with_the_Active_Router() => Run(at =>
    {
        at.Reload([0, NoFormerNumber], NetworkPlans.Vip, Retired);
        at.Listens();
        Assert.Null(at.Ports.AddAddresses(0, 2, Now));
        Assert.False(at.Ports.Retire(out LinuxException? refused));
        Assert.Null(refused);
        Assert.True(at.Holds(Retired));
        Assert.True(at.Ports.IsOurs(1));
    });

    [NetnsFact]
    public void One_that_is_wanted_again_does_not_stay_with_a_Backup_Router() => Run(at =>
    {
        at.Reload([0, NoFormerNumber], NetworkPlans.Vip, Retired);
        at.Listens();
        Assert.Null(at.Ports.RemoveAddresses());
        Assert.False(at.Holds(Retired));
    });

    private static void Run(Action<Bench> test) => TestNetwork.Run(network =>
    {
        network.AddCable();
        using var at = new Bench();
        test(at);
    });

    /// <summary>A router's ports after the first reload, and a kernel that takes nothing until it listens.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly IPv4Link _protocol = new();
        private readonly AddressNetlink _netlink = new();
        private readonly AddressNetlink _observer = new();
        private readonly RawIpSocket _advertisements;
        private readonly PacketSocket _announcements;
        private readonly DeafNetlink _deaf;
        private bool _listens;

        public Bench()
        {
            InterfaceIndex index = TestNetwork.IndexOf("v0");
            _advertisements = RawIpSocket.OpenMulticast(
                _protocol.Family, (byte)IpProtocol.Vrrp, index, "v0", _protocol.Group, 1 << 16);
            _announcements = PacketSocket.OpenSender(index);
            Ports = PortsFor(NetworkPlans.Vip, Retired);
            Assert.Null(Ports.AddAddresses(0, 2, Now));
            _deaf = new DeafNetlink(_netlink);
            Reload([0], NetworkPlans.Vip);
            Assert.False(Ports.Retire(out LinuxException? refused));
            Assert.NotNull(refused);
            Assert.True(Holds(Retired));
        }

        public LinuxRouterPorts Ports { get; private set; }

        public bool Holds(InternetAddress address) => NetworkPlans.Holds(_observer, address);

        public void Reload(int[] formerNumbers, params InternetAddress[] addresses)
        {
            LinuxRouterPorts former = Ports;
            Ports = PortsFor(addresses);
            Ports.Inherit(former, formerNumbers, Now);
        }

        public void Listens()
        {
            if (!_listens)
                _deaf.Dispose();
            _listens = true;
        }

        public void Dispose()
        {
            Listens();
            _announcements.Dispose();
            _advertisements.Dispose();
            _observer.Dispose();
            _netlink.Dispose();
        }

        private LinuxRouterPorts PortsFor(params InternetAddress[] addresses)
        {
            RouterPlan plan = NetworkPlans.For("v0", NetworkPlans.Home, addresses: addresses);
            AddressRequest[] requests =
            [
                .. addresses.Select(address => new AddressRequest
                {
                    Interface = plan.Interface.Index,
                    Address = IpOctets.From(address.ToIPAddress()),
                    PrefixLength = 32,
                    ValidSeconds = uint.MaxValue,
                    PreferredSeconds = uint.MaxValue,
                    ProtocolTag = AddressHolder.ProtocolTag,
                }),
            ];
            return new LinuxRouterPorts(
                SpokenVersion.SenderFor(plan, new AdvertisementOutbox(_advertisements), _protocol),
                virtualMac: null,
                new AddressHolder(_netlink, requests, lease: null, () => Now),
                destroyer: null,
                new LocalAddressSet(requests.Select(request => request.Address)),
                new Announcer(_announcements, _protocol, addresses, plan.Interface.LinkLayerAddress));
        }
    }
}
