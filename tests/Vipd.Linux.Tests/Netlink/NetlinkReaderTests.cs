using System.Runtime.InteropServices;
using Vipd.Linux.Interop;
using Vipd.Linux.Netlink;

namespace Vipd.Linux.Tests.Netlink;

/// <summary>Hostile and truncated bytes: every walk ends, nothing throws.</summary>
public class NetlinkReaderTests
{
    private static readonly AddressRequest Request = new()
    {
        Interface = new InterfaceIndex(7),
        Address = new IpOctets([192, 0, 2, 100]),
        PrefixLength = 24,
        ValidSeconds = 3,
        PreferredSeconds = 2,
        ProtocolTag = 112,
        Mode = AddressMode.Replace,
        NoDuplicateAddressDetection = true,
    };

    [Fact]
    public void What_the_writer_wrote_the_reader_reads()
    {
        var reader = new NetlinkReader(TwoMessages());
        Assert.True(reader.TryNext(out NetlinkMessage message));
        Assert.Equal((LinuxRtnetlink.RTM_NEWADDR, 0x505, 41u), (message.Type, message.Flags, message.Sequence));
        Assert.True(AddressFacts.TryRead(message, out AddressFacts facts));
        Assert.Equal((7, (byte)24, (byte?)112), (facts.Interface.Value, facts.PrefixLength, facts.ProtocolTag));
        Assert.Equal("192.0.2.100", facts.Address.ToString());
        Assert.Equal((3u, 2u), (facts.ValidSeconds, facts.PreferredSeconds));
        Assert.Equal(LinuxIfAddr.IFA_F_NODAD, facts.Flags);
        Assert.True(reader.TryNext(out message));
        Assert.Equal((LinuxRtnetlink.RTM_NEWLINK, 42u), (message.Type, message.Sequence));
        Assert.True(LinkFacts.TryRead(message, out LinkFacts link));
        Assert.Equal("veth-name", link.ReadName());
        Assert.Equal([2, 0, 0, 0, 0, 1], link.LinkLayerAddress.ToArray());
        Assert.Equal((true, true, 1500), (link.IsUp, link.HasCarrier, link.MaximumTransmissionUnit));
        Assert.False(reader.TryNext(out _));
    }

    [Fact]
    public void What_the_kernel_says_of_a_macvlan_is_read()
    {
        var reader = new NetlinkReader(TwoMessages());
        Assert.True(reader.TryNext(out _));
        Assert.True(reader.TryNext(out NetlinkMessage message));
        MacvlanLink? link = MacvlanFacts.TryRead(message);
        Assert.NotNull(link);
        Assert.Equal((7, "veth-name", 3, "a note", true),
            (link.Index.Value, link.Name, link.Parent.Value, link.Alias, link.IsUp));
        Assert.Equal(new ArpConduct(119, 118), MacvlanFacts.TryReadArp(message, new InterfaceIndex(7)));
        Assert.Null(MacvlanFacts.TryReadArp(message, new InterfaceIndex(8)));
    }

    [Fact]
    public void The_octets_of_a_renewal_are_those_of_rtnetlink()
    {
        Span<byte> buffer = new byte[128];
        buffer.Fill(0xA5);
        var writer = new NetlinkWriter(buffer);
        AddressMessages.WriteAdd(ref writer, Request, 1);
        if (!BitConverter.IsLittleEndian)
            return;
        Assert.Equal(
            "4C000000" + "1400" + "0505" + "01000000" + "00000000"   // length 76, RTM_NEWADDR, flags, sequence, pid
            + "02" + "18" + "00" + "00" + "07000000"                 // AF_INET, /24, flags, scope, ifindex
            + "08000200C0000264" + "08000100C0000264"                // IFA_LOCAL = IFA_ADDRESS
            + "14000600" + "02000000" + "03000000" + "0000000000000000" // IFA_CACHEINFO: preferred, valid
            + "0800080002000000"                                     // IFA_FLAGS: NODAD
            + "05000B0070000000",                                    // IFA_PROTO, padded
            Convert.ToHexString(buffer[..writer.Length]));
        Assert.Equal(0xA5, buffer[writer.Length]);
    }

    [Fact]
    public void Every_truncation_ends_the_walk()
    {
        byte[] whole = TwoMessages();
        for (int length = 0; length < whole.Length; length++)
            Assert.InRange(Walk(whole.AsSpan(0, length)), 0, 1);
        Assert.Equal(2, Walk(whole));
    }

    [Fact]
    public void Every_flipped_bit_and_every_pair_of_flipped_octets_ends_the_walk()
    {
        byte[] whole = TwoMessages();
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] bad = [.. whole];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Walk(bad);
            bad[(bit / 8 + 2) % bad.Length] = 0xFF;
            Walk(bad);
        }
    }

    [Fact]
    public void Random_octets_end_the_walk()
    {
        var random = new Random(9568);
        byte[] whole = TwoMessages();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bad = [.. whole];
            for (int i = 0; i < 4; i++)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            Walk(bad.AsSpan(0, random.Next(bad.Length + 1)));
            random.NextBytes(bad);
            Walk(bad);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(-1)]
    public void A_length_shorter_than_its_header_or_longer_than_the_buffer_is_no_message(int length)
    {
        byte[] bytes = TwoMessages();
        BitConverter.TryWriteBytes(bytes, length);
        Assert.Equal(0, Walk(bytes));
    }

    private static byte[] TwoMessages()
    {
        byte[] buffer = new byte[512];
        var writer = new NetlinkWriter(buffer);
        AddressMessages.WriteAdd(ref writer, Request, 41);
        var link = new InterfaceInformationMessage
        {
            ifi_index = 7,
            ifi_flags = LinuxIf.IFF_UP | LinuxIf.IFF_RUNNING | LinuxIf.IFF_LOWER_UP,
        };
        writer.Begin(LinuxRtnetlink.RTM_NEWLINK, 0, 42, link);
        writer.Attribute(LinuxIfLink.IFLA_IFNAME, "veth-name\0"u8);
        writer.Attribute(LinuxIfLink.IFLA_ADDRESS, [2, 0, 0, 0, 0, 1]);
        writer.Attribute(LinuxIfLink.IFLA_MTU, 1500);
        writer.Attribute(LinuxIfLink.IFLA_LINK, 3);
        writer.Attribute(LinuxIfLink.IFLA_IFALIAS, "a note\0"u8);
        int information = writer.BeginNested(LinuxIfLink.IFLA_LINKINFO);
        writer.Attribute(LinuxIfLink.IFLA_INFO_KIND, "macvlan\0"u8);
        writer.EndNested(information);
        int families = writer.BeginNested(LinuxIfLink.IFLA_AF_SPEC);
        int family = writer.BeginNested(SysSocket.AF_INET);
        writer.Attribute(
            LinuxIfLink.IFLA_INET_CONF,
            MemoryMarshal.AsBytes<int>([.. Enumerable.Range(101, LinuxIp.IPV4_DEVCONF_ARP_IGNORE)]));
        writer.EndNested(family);
        writer.EndNested(families);
        writer.End();
        return buffer[..writer.Length];
    }

    // Reads all that can be read, as both kinds of message, and says how many there were.
    private static int Walk(ReadOnlySpan<byte> bytes)
    {
        int messages = 0;
        var reader = new NetlinkReader(bytes);
        while (reader.TryNext(out NetlinkMessage message))
        {
            if (AddressFacts.TryRead(message, out AddressFacts address))
                Assert.True(address.Address.Length is 4 or 16);
            if (LinkFacts.TryRead(message, out LinkFacts link))
                Assert.True(link.ReadName().Length <= 16);
            _ = MacvlanFacts.TryRead(message);
            _ = MacvlanFacts.TryReadArp(message, new InterfaceIndex(7));
            Assert.True(++messages <= bytes.Length / 16);
        }

        return messages;
    }
}
