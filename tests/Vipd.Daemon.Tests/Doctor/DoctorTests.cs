using Vipd.Daemon.Control;
using Vipd.Daemon.Doctor;
using Vipd.Daemon.Tests.Machine;

namespace Vipd.Daemon.Tests.Doctor;

/// <summary>A healthy master, and each finding broken once: that one turns, and no other.</summary>
public class DoctorTests
{
    private static readonly string[] NotLookedAt = ["advertisements", "firewall", "realtime"];

    [Fact]
    public async Task A_healthy_master_has_nothing_but_ok_and_what_was_not_looked_at()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        IReadOnlyList<Finding> findings = Diagnosis.Of(await tree.GatherAsync()).Findings;
        Assert.Equal(
            NotLookedAt, findings.Where(finding => finding.Status != FindingStatus.Ok).Select(
                finding => finding.Check));
        Assert.True(findings.Count >= 28, $"{findings.Count} findings");
    }

    [Fact]
    public async Task Before_kubeadm_what_needs_a_cluster_is_skipped_with_the_reason()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = await tree.GatherAsync();
        facts = facts with
        {
            Machine = Machines.Bare(11),
            Manifests = new Dictionary<string, Vipd.Daemon.Machine.StaticPodManifest>(),
            Kubeconfigs = [],
            Certificates = [],
            Api = new ApiFacts("there is no /etc/kubernetes/admin.conf", null, null, null, null),
            Readyz = new ReadyzFacts("kube-apiserver", "down", ["connection refused"]),
        };
        Assert.DoesNotContain(
            Diagnosis.Of(facts).Findings, finding => finding.Status is FindingStatus.Warning or FindingStatus.Failed);
    }

    public static TheoryData<Breakage> Broken => [.. Breakages.All];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task One_thing_broken_turns_its_finding_and_no_other(Breakage breakage)
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        breakage.Tree(tree);
        DoctorReport report = Diagnosis.Of(breakage.Facts(await tree.GatherAsync(breakage.Configuration)));
        Finding[] turned =
        [
            .. report.Findings.Where(finding => finding.Status is not FindingStatus.Ok)
                .Where(finding => !breakage.AlsoTurned.Contains(finding.Check))
                .Where(finding => !NotLookedAt.Contains(finding.Check) || finding.Status != FindingStatus.Skipped),
        ];
        Finding finding = Assert.Single(turned);
        Assert.Equal((breakage.Check, breakage.Status), (finding.Check, finding.Status));
        Assert.Contains(breakage.Found, finding.Found, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Why);
        Assert.Equal(breakage.Status == FindingStatus.Skipped, finding.Fix.Length == 0);
    }

    [Fact]
    public async Task No_finding_is_without_a_test_that_breaks_it()
    {
        // Below, in WireFindingTests and in FirewallFindingTests; of NetworkManager it is only told whether it runs.
        string[] elsewhere =
        [
            "virtual-ip-subnet", "rp_filter", "networkmanager", "vrid", "advertisements", "virtual-ip-answered",
            "multicast", "firewall",
        ];
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        Assert.Empty(Diagnosis.Of(await tree.GatherAsync()).Findings.Select(finding => finding.Check)
            .Except(Breakages.All.Select(breakage => breakage.Check)).Except(elsewhere));
    }

    [Fact]
    public async Task A_vipd_that_sees_all_processes_and_one_that_networkd_leaves_alone_are_well()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        Breakages.WriteNetworkd(tree, "KeepConfiguration=yes\n", "no");
        tree.Write("/proc/90/comm", "vipd\n");
        tree.Write("/proc/90/mountinfo", "40 30 0:4 / /proc rw,nosuid - proc proc rw\n");
        Directory.CreateDirectory(tree.PathOf("/run/NetworkManager"));
        DoctorFacts facts = await tree.GatherAsync("""
              - name: kubelet
                type: process
                process: kubelet
            """);
        foreach (Finding finding in (Finding[])
            [
                NetworkdFindings.AddressesOf(facts), NetworkdFindings.ForeignRoutesOf(facts),
                SystemFindings.ProcessChecksOf(facts), SystemFindings.NetworkManagerOf(facts),
            ])
        {
            Assert.True(finding.Status == FindingStatus.Ok, finding.Found);
        }

        Assert.Contains("it runs, and leaves", SystemFindings.NetworkManagerOf(facts).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.9", null, FindingStatus.Failed, "no interface has a subnet that holds 203.0.113.9")]
    [InlineData("203.0.113.9", "eth0", FindingStatus.Warning, "203.0.113.9 is in no subnet of eth0")]
    [InlineData("192.0.2.100", "eth7", FindingStatus.Failed, "there is no interface eth7")]
    [InlineData("192.0.2.100", null, FindingStatus.Ok, "192.0.2.100 is in 192.0.2.0/24 of eth0")]
    public async Task The_virtual_IP_belongs_into_a_subnet(string address, string? on, object status, string found)
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = Breakages.WithVirtualAddress(await tree.GatherAsync(), address);
        Finding finding = NodeFindings.SubnetOf(facts.Configuration.VirtualRouters[1] with { Interface = on }, facts);
        Assert.Equal((FindingStatus)status, finding.Status);
        Assert.Contains(found, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strict_reverse_path_filtering_matters_only_for_an_address_outside_the_subnets()
    {
        await using ControlPlaneTree tree = await ControlPlaneTree.MakeAsync();
        DoctorFacts facts = Breakages.WithVirtualAddress(await tree.GatherAsync(), "203.0.113.9");
        var routers = facts.Configuration.VirtualRouters;
        facts = facts with
        {
            Configuration = facts.Configuration with
            {
                VirtualRouters = [routers[0],
                routers[1] with { Interface = "eth0" }]
            },
        };
        Assert.Equal(FindingStatus.Warning, SystemFindings.ReversePathOf(facts).Status);
    }
}
