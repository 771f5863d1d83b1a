using System.Net;
using System.Net.Sockets;
using Serilog.Events;
using Vipd.Daemon.Configuration;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Configuration;

public class ConfigurationReaderTests
{
    private const string EveryKey = """
        metrics: {listen: "[::]:9000"}
        control: {socket: /run/x.sock}
        log: {level: debug, format: json}
        realtime: require
        virtualRouters:
          - name: web-1
            vrid: 255
            addresses: [192.0.2.1/24, {address: 198.51.100.7, advertise: true}]
            interface: eth0.12
            priority: 255
            advertisementInterval: 40.95s
            preempt: false
            preemptMargin: 10
            preemptDelay: 1.5s
            holdDown: 0s
            startupDelay: 2m
            lease: 3s
            checksumIpv4PseudoHeader: false
            checks: [api]
            announce: {after: [10ms], refresh: 0}
            hooks: {onActive: [/a, -v, ""], onBackup: [/b], onFault: [/f], onConflict: [/c], timeout: 5s}
        checks:
          - name: api
            type: kubernetesApiserver
            url: https://192.0.2.11:6443/livez?verbose
            caFile: /ca
            serverName: api.example
            insecureSkipVerify: true
            clientCertFile: /c
            clientKeyFile: /k
            tokenFile: /t
            deathWatch: false
            interval: 1s
            timeout: 20ms
            rise: 1
            fall: 255
            weights: {notReady: 0, down: fault}
        """;

    [Fact]
    public void The_shortest_file_gets_every_default_of_the_contract()
    {
        VipdConfiguration all = Sample.Valid(Sample.Router);
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:9812"), all.Metrics.Listen);
        Assert.Equal("/run/vipd/vipd.sock", all.Control.Socket);
        Assert.Equal(new LogOptions(LogEventLevel.Information, LogFormat.Text), all.Log);
        Assert.Equal(RealtimeMode.Auto, all.Realtime);
        Assert.Empty(all.Checks);

        VirtualRouterConfiguration router = Assert.Single(all.VirtualRouters);
        Assert.Equal("apiserver", router.Name);
        Assert.Equal(new Vrid(51), router.Vrid);
        Assert.Equal(AddressFamily.InterNetwork, router.Family);
        Assert.Equal([new VirtualAddress(IPAddress.Parse("192.0.2.100"), 32, Advertise: true)], router.Addresses);
        Assert.Null(router.Interface);
        Assert.Equal(Priority.Default, router.Priority);
        Assert.Equal(new Centiseconds(20), router.AdvertisementInterval);
        Assert.True(router.Preempt);
        Assert.Equal(1, router.PreemptMargin);
        Assert.Equal(TimeSpan.Zero, router.PreemptDelay);
        Assert.Equal(TimeSpan.FromSeconds(3), router.HoldDown);
        Assert.Equal(TimeSpan.Zero, router.StartupDelay);
        Assert.Equal(LeaseOptions.Auto, router.Lease);
        Assert.True(router.ChecksumIpv4PseudoHeader);
        Assert.Empty(router.Checks);
        int[] after = [0, 50, 150, 500, 1000, 2000, 5000, 10000];
        Assert.Equal(after.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds)), router.Announce.After);
        Assert.Equal(TimeSpan.FromSeconds(60), router.Announce.Refresh);
        Assert.Empty(router.Hooks.OnActive);
        Assert.Equal(TimeSpan.FromSeconds(30), router.Hooks.Timeout);
    }

    [Fact]
    public void A_check_gets_every_default_of_the_contract()
    {
        CheckConfiguration check = Assert.Single(Sample.Valid(Sample.Router + Sample.Check).Checks);
        Assert.Equal(
            new CheckConfiguration(
                "kube-apiserver", TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(2500), 3, 2,
                new CheckWeights(CheckWeight.Lower(40), CheckWeight.Lower(80)),
                new KubernetesApiserverSettings(new Uri("https://127.0.0.1:6443/readyz"))
                {
                    CaFile = "/etc/kubernetes/pki/ca.crt",
                    ServerName = "kubernetes",
                    DeathWatch = true,
                }),
            check);
        Assert.Equal("kubernetesApiserver", check.Settings.Type);
    }

    [Fact]
    public void Every_value_that_is_given_arrives()
    {
        VipdConfiguration all = Sample.Valid(EveryKey);
        Assert.Equal(IPEndPoint.Parse("[::]:9000"), all.Metrics.Listen);
        Assert.Equal("/run/x.sock", all.Control.Socket);
        Assert.Equal(new LogOptions(LogEventLevel.Debug, LogFormat.Json), all.Log);
        Assert.Equal(RealtimeMode.Require, all.Realtime);

        VirtualRouterConfiguration router = Assert.Single(all.VirtualRouters);
        Assert.Equal(["192.0.2.1/24", "198.51.100.7/32"], router.Addresses.Select(a => a.ToString()));
        Assert.Equal(("web-1", new Vrid(255), "eth0.12"), (router.Name, router.Vrid, router.Interface));
        Assert.Equal((Priority.AddressOwner, new Centiseconds(4095)), (router.Priority, router.AdvertisementInterval));
        Assert.Equal((false, 10), (router.Preempt, router.PreemptMargin));
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromMinutes(2)), (router.PreemptDelay, router.StartupDelay));
        Assert.Equal(TimeSpan.Zero, router.HoldDown);
        Assert.Equal(LeaseOptions.Fixed(TimeSpan.FromSeconds(3)), router.Lease);
        Assert.False(router.ChecksumIpv4PseudoHeader);
        Assert.Equal(["api"], router.Checks);
        Assert.Equal([TimeSpan.FromMilliseconds(10)], router.Announce.After);
        Assert.Equal(TimeSpan.Zero, router.Announce.Refresh);
        HookOptions hooks = router.Hooks;
        Assert.Equal(["/a", "-v", "", "/b", "/f", "/c"],
            [.. hooks.OnActive, .. hooks.OnBackup, .. hooks.OnFault, .. hooks.OnConflict]);
        Assert.Equal(TimeSpan.FromSeconds(5), hooks.Timeout);
        Assert.Equal(
            new CheckConfiguration(
                "api", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(20), 1, 255,
                new CheckWeights(CheckWeight.Lower(0), CheckWeight.Fault),
                new KubernetesApiserverSettings(new Uri("https://192.0.2.11:6443/livez?verbose"))
                {
                    CaFile = "/ca",
                    ServerName = "api.example",
                    InsecureSkipVerify = true,
                    ClientCertFile = "/c",
                    ClientKeyFile = "/k",
                    TokenFile = "/t",
                    DeathWatch = false,
                }),
            Assert.Single(all.Checks));
    }

    [Fact]
    public void Listen_none_switches_the_pages_off() =>
        Assert.Null(Sample.Valid(Sample.Router + "metrics: {listen: none}").Metrics.Listen);

    [Fact]
    public void Five_hundred_and_4096_addresses_fit_into_one_router()
    {
        foreach (int count in new[] { 500, VirtualRouterReader.MaxAddresses })
        {
            IEnumerable<string> addresses = Enumerable.Range(0, count).Select(n => $"198.18.{n / 250}.{1 + (n % 250)}");
            string list = string.Join(", ", addresses);
            string text = $"virtualRouters:\n  - {{name: a, vrid: 1, addresses: [{list}]}}\n";
            Assert.Equal(count, Sample.Valid(text).VirtualRouters[0].Addresses.Count);
        }
    }

    [Fact]
    public void An_alias_stands_for_the_value_of_its_anchor()
    {
        VipdConfiguration all = Sample.Valid("""
            virtualRouters:
              - {name: a, vrid: 1, addresses: [192.0.2.1], announce: &often {after: [1s], refresh: 5s}}
              - {name: b, vrid: 2, addresses: [192.0.2.2], announce: *often}
            """);
        Assert.Equal(TimeSpan.FromSeconds(5), all.VirtualRouters[1].Announce.Refresh);
    }

    [Fact]
    public void The_same_VRID_may_serve_on_two_interfaces() =>
        Sample.Valid("""
            virtualRouters:
              - {name: a, vrid: 1, addresses: [192.0.2.1], interface: eth0}
              - {name: b, vrid: 1, addresses: [192.0.2.2], interface: eth1}
            """);

    [Fact]
    public void Tracked_interfaces_are_read_and_their_loss_is_a_fault_unless_it_has_a_weight() => Assert.Equal(
        [new TrackedInterfaceOptions("eth1", 0), new TrackedInterfaceOptions("eth0.2", 20)],
        Sample.Valid(Sample.Router + "    trackInterfaces: [{name: eth1}, {name: eth0.2, weight: 20}]\n")
            .VirtualRouters[0].TrackInterfaces);

    [Fact]
    public void A_sync_group_names_its_members_in_order()
    {
        VipdConfiguration all = Sample.Valid(Sample.Router + """
              - {name: b, vrid: 2, addresses: ['fe80::100']}
              - {name: c, vrid: 3, addresses: [192.0.2.8]}
            syncGroups: [{name: both-stacks, members: [b, apiserver]}]
            """);
        Assert.Equal(["b", "apiserver"], Assert.Single(all.SyncGroups).Members);
        Assert.Equal("both-stacks", all.GroupOf("apiserver")?.Name);
        Assert.Null(all.GroupOf("c"));
    }

    [Fact]
    public void A_virtual_MAC_address_is_asked_for_and_not_the_default()
    {
        Assert.False(Assert.Single(Sample.Valid(Sample.Router).VirtualRouters).VirtualMac);
        Assert.True(Assert.Single(
            Sample.Valid(Sample.Router + "    virtualMac: true").VirtualRouters).VirtualMac);
    }

    [Fact]
    public void Keys_that_ask_for_nothing_new_are_accepted() =>
        Sample.Valid(Sample.Router + """
                version: 3
                trackInterfaces: []
                hooks: {onActive: [], onBackup: []}
            metrics: {keepalivedExporterNames: false}
            manageSysctls: false
            syncGroups: []
            """);
}
