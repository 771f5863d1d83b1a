using Vipd.Daemon.Ports;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Ports;

/// <summary>An alias decides whether an interface is deleted: anything else is somebody else's.</summary>
public sealed class VirtualMacAliasTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_written_is_read_back(bool isIPv6)
    {
        var alias = new VirtualMacAlias(new Vrid(51), "eth0.7", isIPv6 ? null : new ArpConduct(8, 1));
        Assert.Equal(alias, VirtualMacAlias.TryParse(alias.ToString()));
    }

    [Fact]
    public void It_can_be_read_by_people() => Assert.Equal(
        "vipd virtual router 51 on eth0, whose arp_ignore was 0 and arp_announce was 1",
        new VirtualMacAlias(new Vrid(51), "eth0", new ArpConduct(0, 1)).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("keepalived")]
    [InlineData("vipd virtual router")]
    [InlineData("vipd virtual router 0 on eth0")]
    [InlineData("vipd virtual router 256 on eth0")]
    [InlineData("vipd virtual router 51 on eth0 and more")]
    [InlineData("vipd virtual router 51 on eth0, whose arp_ignore was 0 and arp_announce was")]
    [InlineData("vipd virtual router 51 on eth0, whose arp_ignore was -1 and arp_announce was 0")]
    public void Any_other_alias_is_somebody_elses(string text) => Assert.Null(VirtualMacAlias.TryParse(text));

    [Fact]
    public void No_damage_of_an_alias_throws()
    {
        string whole = new VirtualMacAlias(new Vrid(51), "eth0", new ArpConduct(0, 0)).ToString();
        var random = new Random(51);
        for (int round = 0; round < 5000; round++)
        {
            char[] damaged = [.. whole[..random.Next(whole.Length + 1)]];
            for (int i = 0; i < 3 && damaged.Length > 0; i++)
                damaged[random.Next(damaged.Length)] = (char)random.Next(0x20, 0x100);
            _ = VirtualMacAlias.TryParse(new string(damaged));
        }
    }

    [Theory]
    [InlineData(2, false, "vipd4-2-51")]
    [InlineData(99_999, true, "vipd6-99999-51")]
    [InlineData(99_999_99, true, "v6-9999999-51")]
    public void Names_fit_into_what_the_kernel_takes(int index, bool isIPv6, string name)
    {
        Assert.Equal(name, VirtualMacAlias.NameFor(new InterfaceIndex(index), new Vrid(51), isIPv6));
        Assert.InRange(VirtualMacAlias.NameFor(new InterfaceIndex(index), new Vrid(255), isIPv6).Length, 1, 15);
    }

    [Theory]
    [InlineData(0, 0, 1, 2)]
    [InlineData(3, 1, 1, 2)]
    [InlineData(2, 2, 2, 2)]
    [InlineData(8, 0, 8, 2)]
    public void Below_it_only_what_must_be_is_changed_and_restored(
        int ignore, int announce, int neededIgnore, int neededAnnounce)
    {
        var before = new ArpConduct(ignore, announce);
        ArpConduct needed = VirtualMacAlias.Needed(before);
        Assert.Equal(new ArpConduct(neededIgnore, neededAnnounce), needed);
        Assert.Equal(before, VirtualMacAlias.Restored(before, needed));
    }

    [Fact]
    public void What_somebody_else_has_set_meanwhile_stays() => Assert.Equal(
        new ArpConduct(5, 0), VirtualMacAlias.Restored(new ArpConduct(0, 0), new ArpConduct(5, 2)));
}
