namespace Vipd.Vrrp.Tests;

/// <summary>
/// The small values: an invalid one can't be built, and those that are ordered are ordered as the RFC needs.
/// </summary>
public sealed class ValueTypeTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(256)]
    public void A_VRID_outside_1_to_255_cannot_be_built(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vrid(value));

    [Fact]
    public void Every_octet_but_0_is_a_VRID()
    {
        Assert.False(Vrid.TryFrom(0, out _));
        for (int octet = 1; octet <= 255; octet++)
        {
            Assert.True(Vrid.TryFrom((byte)octet, out Vrid vrid));
            Assert.Equal(octet, vrid.Value);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(4096)]
    public void An_interval_outside_12_bits_cannot_be_built(int value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Centiseconds(value));
        Assert.False(Centiseconds.TryFrom(value, out _));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(20, 200)]
    [InlineData(4095, 40_950)]
    public void An_interval_is_hundredths_of_a_second(int value, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new Centiseconds(value).ToTimeSpan());

    [Theory]
    [InlineData(100, 40, 60)]
    [InlineData(100, 99, 1)]
    [InlineData(100, 1000, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(255, 80, 255)]
    [InlineData(0, 80, 0)]
    public void A_lowered_priority_stays_in_the_competition(byte priority, int weight, byte expected) =>
        Assert.Equal(expected, new Priority(priority).LoweredBy(weight).Value);

    [Fact]
    public void A_weight_that_raises_is_a_bug_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Priority.Default.LoweredBy(-1));

    [Fact]
    public void Priorities_are_ordered_by_value()
    {
        Assert.True(Priority.Resign < Priority.Lowest);
        Assert.True(Priority.AddressOwner > Priority.Default);
        Assert.True(Priority.Default >= new Priority(100) && Priority.Default <= new Priority(100));
    }

    [Theory]
    [InlineData("192.0.2.9", "192.0.2.10")]
    [InlineData("127.255.255.255", "128.0.0.0")]
    [InlineData("fe80::ff", "fe80::100")]
    [InlineData("7fff::", "8000::")]
    [InlineData("255.255.255.255", "::")]
    public void Addresses_are_ordered_as_unsigned_numbers_and_IPv4_before_IPv6(string low, string high)
    {
        var (lower, higher) = (InternetAddress.Parse(low), InternetAddress.Parse(high));

        Assert.True(lower < higher && higher > lower && lower <= higher && higher >= lower);
        Assert.Equal(-1, Math.Sign(lower.CompareTo(higher)));
    }

    [Theory]
    [InlineData("192.0.2.100", 4, false)]
    [InlineData("169.254.1.1", 4, false)]
    [InlineData("fe80::100", 16, true)]
    [InlineData("febf::1", 16, true)]
    [InlineData("fec0::1", 16, false)]
    [InlineData("2001:db8::100", 16, false)]
    public void An_address_knows_its_length_and_scope_and_survives_the_wire(string text, int length, bool isLinkLocal)
    {
        var address = InternetAddress.Parse(text);
        byte[] octets = new byte[length];
        address.CopyTo(octets);

        Assert.Equal(length, address.Length);
        Assert.Equal(isLinkLocal, address.IsLinkLocal);
        Assert.Equal(address, InternetAddress.From(octets));
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("192.0.2.11", "192.0.2.100", 24, true)]
    [InlineData("192.0.2.11", "192.0.3.11", 24, false)]
    [InlineData("192.0.2.11", "192.0.3.11", 23, true)]
    [InlineData("192.0.2.11", "198.51.100.1", 0, true)]
    [InlineData("192.0.2.11", "192.0.2.10", 32, false)]
    [InlineData("192.0.2.11", "192.0.2.11", 32, true)]
    [InlineData("2001:db8::1", "2001:db8:0:0:ffff::", 64, true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", 64, false)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", 63, true)]
    [InlineData("2001:db8::1", "2001:db8::8000:0:0:1", 65, false)]
    [InlineData("2001:db8::1", "2001:db8::8000:0:0:1", 64, true)]
    [InlineData("2001:db8::1", "fe80::1", 0, true)]
    [InlineData("2001:db8::1", "2001:db8::2", 128, false)]
    [InlineData("2001:db8::1", "2001:db8::1", 128, true)]
    [InlineData("0.0.0.1", "::1", 0, false)]
    public void Addresses_share_a_prefix_or_not(string one, string other, int length, bool expected) =>
        Assert.Equal(expected, InternetAddress.Parse(one).SharesPrefix(InternetAddress.Parse(other), length));

    [Fact]
    public void The_same_number_in_two_families_is_two_addresses() =>
        Assert.NotEqual(InternetAddress.Parse("0.0.0.1"), InternetAddress.Parse("::1"));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(15)]
    public void Octets_of_another_length_are_no_address(int length) =>
        Assert.Throws<ArgumentException>(() => InternetAddress.From(new byte[length]));

    [Theory]
    [InlineData(1, false, "00:00:5e:00:01:01")]
    [InlineData(255, false, "00:00:5e:00:01:ff")]
    [InlineData(51, true, "00:00:5e:00:02:33")]
    public void A_virtual_router_has_the_MAC_address_of_section_7_3(int vrid, bool isIPv6, string expected) =>
        Assert.Equal(expected, MacAddress.OfVirtualRouter(new Vrid(vrid), isIPv6).ToString());

    [Theory]
    [InlineData("224.0.0.18", "01:00:5e:00:00:12")]
    [InlineData("239.255.255.255", "01:00:5e:7f:ff:ff")]
    [InlineData("ff02::12", "33:33:00:00:00:12")]
    [InlineData("ff02::1:ff12:3456", "33:33:ff:12:34:56")]
    public void A_group_has_the_MAC_address_of_RFC_1112_or_RFC_2464(string group, string expected)
    {
        var address = MacAddress.OfGroup(InternetAddress.Parse(group));

        Assert.Equal(expected, address.ToString());
        Assert.True(address.IsMulticast);
    }

    [Fact]
    public void A_MAC_address_survives_the_wire_and_has_6_octets()
    {
        byte[] octets = [0x02, 0x34, 0x56, 0x78, 0x9A, 0xBC];
        byte[] copy = new byte[6];
        var address = new MacAddress(octets);
        address.CopyTo(copy);

        Assert.Equal(octets, copy);
        Assert.False(address.IsMulticast);
        Assert.True(MacAddress.Broadcast.IsMulticast);
        Assert.Throws<ArgumentException>(() => new MacAddress(octets.AsSpan(1)));
    }

    [Fact]
    public void Time_goes_forward_by_spans_and_ends_at_Never()
    {
        var start = new MonotonicTime(1_000_000_000);

        Assert.Equal(1_200_000_000, (start + TimeSpan.FromMilliseconds(200)).Nanoseconds);
        Assert.Equal(TimeSpan.FromMilliseconds(200), start + TimeSpan.FromMilliseconds(200) - start);
        Assert.Equal(MonotonicTime.Never, start + TimeSpan.MaxValue);
        Assert.Equal(MonotonicTime.Never, MonotonicTime.Never + TimeSpan.FromTicks(1));
        Assert.True(MonotonicTime.Origin < start && start < MonotonicTime.Never);
        Assert.Equal(start, MonotonicTime.Min(start, MonotonicTime.Never));
        Assert.Equal(start, MonotonicTime.Max(start, MonotonicTime.Origin));
    }
}
