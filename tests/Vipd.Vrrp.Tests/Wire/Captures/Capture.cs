using System.Buffers.Binary;
using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire.Captures;

/// <summary>A captured frame beside tcpdump's decoding of it.</summary>
internal sealed record Capture(byte[] Frame, DecodedPacket Decoded)
{
    private const int IPv6HeaderLength = 40;

    /// <summary>What is behind the Ethernet header.</summary>
    public ReadOnlySpan<byte> Packet => Frame.AsSpan(EthernetFrame.HeaderLength);

    private bool IsIPv6 => Packet[0] >> 4 == 6;

    /// <summary>What is behind the IP header, cut to the length that the header gives.</summary>
    public ReadOnlySpan<byte> Message => IsIPv6
        ? Packet.Slice(IPv6HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(Packet[4..]))
        : Packet[((Packet[0] & 0x0F) * 4)..BinaryPrimitives.ReadUInt16BigEndian(Packet[2..])];

    public ReceivedHeader Header => IsIPv6
        ? new ReceivedHeader(Packet[7], InternetAddress.From(Packet[8..24]), InternetAddress.From(Packet[24..40]))
        : new ReceivedHeader(Packet[8], InternetAddress.From(Packet[12..16]), InternetAddress.From(Packet[16..20]));

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    public static IEnumerable<string> NamesOfVersion3 =>
        Names.Where(name => name.Contains("-v3-", StringComparison.Ordinal));

    public static IEnumerable<string> NamesOfVersion2 =>
        Names.Where(name => name.Contains("-v2-", StringComparison.Ordinal));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "vectors");

    public static IReadOnlyList<Capture> ReadAll(string name)
    {
        IReadOnlyList<byte[]> frames = PcapFile.Read(Path.Combine(Folder, name + ".pcap"));
        IReadOnlyList<DecodedPacket> decoded = DecodedPacket.ReadAll(Path.Combine(Folder, name + ".txt"));
        Assert.Equal(frames.Count, decoded.Count);
        return [.. frames.Zip(decoded, (frame, packet) => new Capture(frame, packet))];
    }

    /// <summary>The first Advertisement of a capture.</summary>
    public static Capture FirstAdvertisement(string name) =>
        ReadAll(name).First(capture => capture.Decoded.Advertisement is not null);
}
