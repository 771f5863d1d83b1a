using System.Buffers.Binary;

namespace Vipd.Vrrp.Tests.Wire.Captures;

/// <summary>The frames of a classic little-endian pcap file of link type Ethernet; anything else is refused.</summary>
internal static class PcapFile
{
    private const int FileHeaderLength = 24;
    private const int RecordHeaderLength = 16;
    private const uint MagicMicroseconds = 0xA1B2C3D4;
    private const uint LinkTypeEthernet = 1;

    public static IReadOnlyList<byte[]> Read(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        Assert.Equal(MagicMicroseconds, BinaryPrimitives.ReadUInt32LittleEndian(file));
        Assert.Equal(LinkTypeEthernet, BinaryPrimitives.ReadUInt32LittleEndian(file[20..]));

        var frames = new List<byte[]>();
        for (ReadOnlySpan<byte> rest = file[FileHeaderLength..]; !rest.IsEmpty;)
        {
            int captured = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            int original = BinaryPrimitives.ReadInt32LittleEndian(rest[12..]);
            Assert.Equal(original, captured);
            frames.Add(rest.Slice(RecordHeaderLength, captured).ToArray());
            rest = rest[(RecordHeaderLength + captured)..];
        }
        return frames;
    }
}
