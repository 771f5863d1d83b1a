using System.Numerics;

namespace Vipd.Daemon.Recording;

/// <summary>
/// A recording as bytes; everything little-endian, a text is its length in 2 bytes and UTF-8:
/// <code>
///   8        "vipdrec" and a line feed
///   2 + 2    version of the format; 0
///   text x 3 version of vipd, node, reason
///   8 + 8    taken at: UTC in ticks of .NET; nanoseconds of the records' clock
///   2        routers, for each:
///              text x 2  name, interface
///              1 + 1 + 2 VRID, priority, interval in centiseconds
///              1 + 1 + 2 preempt (0, 1), preempt margin, unit of Skew_Time (0: the interval)
///              1         place in a sync group: 0 none, 1 the first, 2 another
///              8 x 4     preempt delay, hold-down, startup delay, announce refresh in ticks
///              2         announcements, for each 8: after the take-over, in ticks
///              1 + 4|16  primary address: its length, its octets
///              2         virtual addresses, for each: its length, its octets
///              4         bytes of state, and the state
///   4        records, for each 32: see FlightRecord
///   4        CRC-32C of everything before
/// </code>
/// </summary>
internal static class RecordingFormat
{
    public const ushort Version = 6;

    /// <summary>
    /// No recording is larger: the ring, and for each of 255 routers 4,096 addresses of IPv6.
    /// </summary>
    public const int LongestFile = 64 << 20;

    public const string MediaType = "application/vnd.vipd.recording";

    public static ReadOnlySpan<byte> Magic => "vipdrec\n"u8;

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte octet in bytes)
            crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
