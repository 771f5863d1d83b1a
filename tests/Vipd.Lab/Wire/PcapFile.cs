namespace Vipd.Lab.Wire;

/// <summary>Writes the classic capture format with nanoseconds (pcap-savefile(5)), link type Ethernet.</summary>
internal static class PcapFile
{
    private const uint NanosecondMagic = 0xa1b23c4d;
    private const uint LinkTypeEthernet = 1;
    private const uint SnapLength = 65535;

    internal static void Write(string path, IEnumerable<CapturedFrame> frames)
    {
        using var file = new BinaryWriter(File.Create(path));
        file.Write(NanosecondMagic);
        file.Write((ushort)2);
        file.Write((ushort)4);
        file.Write(0L);
        file.Write(SnapLength);
        file.Write(LinkTypeEthernet);
        foreach (var frame in frames)
        {
            file.Write((uint)(frame.RealTime.Ticks / TimeSpan.TicksPerSecond));
            file.Write((uint)(frame.RealTime.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
            file.Write((uint)frame.Octets.Length);
            file.Write((uint)frame.Octets.Length);
            file.Write(frame.Octets);
        }
    }
}
