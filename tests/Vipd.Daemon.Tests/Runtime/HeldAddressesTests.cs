using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Tests.Support;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

public sealed class HeldAddressesTests
{
    private static readonly RecordedAddress Vip = new(
        new InterfaceIndex(2), InternetAddress.Parse("192.0.2.100"), 32, 77);

    [Fact]
    public void A_change_is_told_and_a_renewal_is_none()
    {
        var held = new HeldAddresses();
        int changes = 0;
        held.OnChange(() => changes++);
        held.Set(Vip, held: true);
        Allocation.None(() => held.Set(Vip, held: true));
        Assert.Equal(Vip, Assert.Single(held.Addresses));
        Assert.Equal(1, changes);
        held.Set(Vip with { CreatedAt = 78 }, held: false);
        Assert.Equal(Vip, Assert.Single(held.Addresses));
        held.Set(Vip, held: false);
        Assert.Empty(held.Addresses);
        Assert.Equal(2, changes);
    }
}
