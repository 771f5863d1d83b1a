using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.FirstRun;
using Vipd.Daemon.Machine;
using Vipd.Daemon.Tests.Configuration;
using Vipd.Daemon.Tests.Machine;

namespace Vipd.Daemon.Tests.FirstRun;

public class FirstConfigurationTests
{
    [Fact]
    public void The_file_is_valid_and_names_the_address_and_the_check()
    {
        InitResult result = Write(Machines.Bare(11));
        VipdConfiguration configuration = Sample.Valid(result.Text!);
        VirtualRouterConfiguration router = Assert.Single(configuration.VirtualRouters);
        Assert.Equal(("apiserver", "192.0.2.100/32"), (router.Name, Assert.Single(router.Addresses).ToString()));
        Assert.Equal(["kube-apiserver"], router.Checks);
        Assert.Null(router.Interface);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 9812), configuration.Metrics.Listen);
        Assert.Equal("192.0.2.100/32 on eth0 (192.0.2.0/24), virtual router ID 100", result.Summary);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void It_is_the_same_on_every_master()
    {
        string first = Write(Machines.Bare(11)).Text!;
        Assert.Equal(first, Write(Machines.Bare(12)).Text);
        Assert.DoesNotContain("192.0.2.11", first, StringComparison.Ordinal);
        string later = Write(Machines.Master(11, "--secure-port=7443")).Text!;
        Assert.Equal(later, Write(Machines.Master(12, "--secure-port=7443")).Text);
    }

    [Fact]
    public void The_port_is_the_apiservers()
    {
        Assert.Contains("https://127.0.0.1:7443/readyz", Write(Machines.Master(11, "--secure-port=7443")).Text);
        Assert.Contains("https://127.0.0.1:6443/readyz", Write(Machines.Bare(11)).Text);
    }

    [Fact]
    public void Two_clusters_on_one_network_get_two_IDs()
    {
        Assert.Contains("vrid: 100", Write(Machines.Bare(11)).Text);
        Assert.Contains("vrid: 101", Write(Machines.Bare(11), "192.0.2.101").Text);
    }

    [Fact]
    public void An_interface_is_named_only_where_no_subnet_of_it_holds_the_address()
    {
        InitResult elsewhere = Write(Machines.Bare(11), "203.0.113.9", "eth1");
        Assert.Equal("eth1", Sample.Valid(elsewhere.Text!).VirtualRouters[0].Interface);
        Assert.Null(Sample.Valid(Write(Machines.Bare(11), "192.0.2.100", "eth0").Text!).VirtualRouters[0].Interface);
    }

    [Fact]
    public void A_prefix_that_is_given_is_kept() =>
        Assert.Equal("192.0.2.100/24", Sample.Valid(Write(Machines.Bare(11), "192.0.2.100/24").Text!)
            .VirtualRouters[0].Addresses[0].ToString());

    [Theory]
    [InlineData("192.0.2.11", null, "192.0.2.11 is this machine's own address; a virtual IP is a further")]
    [InlineData("203.0.113.9", null, "no interface has a subnet that holds 203.0.113.9: take a free address of one of")]
    [InlineData("203.0.113.9", null, "with --interface: eth0 (192.0.2.11/24), eth1 (198.51.100.11/24), tun0")]
    [InlineData("192.0.2.100", "eht0", "there is no interface eht0; there are eth0 (192.0.2.11/24), eth1 (198.51")]
    [InlineData("192.0.2.100", "tun0", "tun0 is no Ethernet interface; name another with --interface: eth0 "
        + "(192.0.2.11")]
    [InlineData("192.0.2.255", null, "192.0.2.255 is the network or broadcast address of 192.0.2.0/24; take another")]
    public void What_can_not_work_is_refused_with_what_would(string vip, string? on, string refusal)
    {
        InitResult result = Write(Machines.Bare(11), vip, on);
        Assert.Contains(refusal, result.Refusal, StringComparison.Ordinal);
        Assert.Null(result.Text);
    }

    [Fact]
    public void A_virtual_IP_that_keepalived_holds_here_is_no_obstacle_but_is_told()
    {
        MachineDescription machine = Machines.Bare(11);
        InitResult result = Write(
            machine with { Addresses = [.. machine.Addresses, Machines.At(2, "192.0.2.100", 32)] });
        Assert.NotNull(result.Text);
        Assert.Contains("stop what put it there", Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("--bind-address=192.0.2.11", "kube-apiserver listens on 192.0.2.11 alone")]
    [InlineData("--anonymous-auth=false", "kube-apiserver refuses anonymous requests")]
    public void What_keeps_the_apiserver_from_being_asked_is_told(string flag, string warning)
    {
        Assert.StartsWith(warning, Assert.Single(Write(Machines.Master(11, flag)).Warnings), StringComparison.Ordinal);
        Assert.Empty(Write(Machines.Master(11, "--bind-address=0.0.0.0")).Warnings);
    }

    [Fact]
    public void Unicast_takes_its_peers_from_etcd()
    {
        InitResult result = Write(Machines.Master(11), isUnicast: true);
        Assert.Contains("peers: [192.0.2.11, 192.0.2.12, 192.0.2.13]", result.Text, StringComparison.Ordinal);
        result = Write(Machines.Bare(21), isUnicast: true, peers: ["192.0.2.21", "192.0.2.22"]);
        Assert.Contains("peers: [192.0.2.21, 192.0.2.22]", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("192.0.2.11", "192.0.2.11 alone")]
    public void Unicast_without_peers_is_refused(string? member, string named)
    {
        MachineDescription machine = member is null ? Machines.Bare(11) : Machines.Master(11) with
        {
            Etcd = StaticPodManifest.Parse(
                "etcd.yaml", Machines.Pod("etcd", $"--initial-cluster=m1=https://{member}:2380")),
        };
        Assert.Equal(
            $"--unicast needs every master's address, and etcd's manifest names {named}; "
                + "give each with --peer, this machine's too",
            Write(machine, isUnicast: true).Refusal);
    }

    [Fact]
    public void The_next_commands_name_the_other_masters_and_fit_the_stage()
    {
        string before = NextSteps.Write("/etc/vipd/vipd.yaml", IPAddress.Parse("192.0.2.100"), Machines.Bare(11));
        Assert.Contains("kubeadm init --control-plane-endpoint 192.0.2.100:6443", before, StringComparison.Ordinal);
        string after = NextSteps.Write("/etc/vipd/vipd.yaml", IPAddress.Parse("192.0.2.100"), Machines.Master(11));
        Assert.Contains("scp /etc/vipd/vipd.yaml root@192.0.2.12:/etc/vipd/\n", after, StringComparison.Ordinal);
        Assert.DoesNotContain("root@192.0.2.11:", after, StringComparison.Ordinal);
        Assert.Contains("vipd doctor", after, StringComparison.Ordinal);
    }

    private static InitResult Write(
        MachineDescription machine,
        string vip = "192.0.2.100",
        string? on = null,
        bool isUnicast = false,
        string[]? peers = null) =>
        new FirstConfiguration(
            new InitRequest(NetworkFormats.Address(vip).Value, on, isUnicast, peers), machine).Write();
}
