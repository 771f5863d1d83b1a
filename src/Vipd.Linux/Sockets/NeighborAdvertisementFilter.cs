using System.Buffers.Binary;
using static Vipd.Linux.Interop.LinuxFilter;

namespace Vipd.Linux.Sockets;

/// <summary>
/// Filters for a <see cref="PacketSocket"/> that lets in Neighbor Advertisements (RFC 4861 §4.4) over Ethernet. One
/// behind extension headers is not let in: nobody sends it so.
/// </summary>
public static class NeighborAdvertisementFilter
{
    private const uint WholeFrame = 0xFFFF;
    private const uint Nothing = 0;

    // Offsets from the Ethernet header of 14 octets, behind it an IPv6 header of 40.
    private const uint EtherTypeOffset = 12;
    private const uint NextHeaderOffset = 20;
    private const uint DestinationOffset = 38;
    private const uint TypeOffset = 54;
    private const uint TargetOffset = 62;

    private const ushort JumpIfEqual = BPF_JMP | BPF_JEQ | BPF_K;
    private const ushort LoadWord = BPF_LD | BPF_W | BPF_ABS;
    private const ushort LoadOctet = BPF_LD | BPF_B | BPF_ABS;
    private const int WordsInAnAddress = 4;

    private static readonly BpfInstruction[] IsNeighborAdvertisement =
    [
        new(BPF_LD | BPF_H | BPF_ABS, 0, 0, EtherTypeOffset),
        new(JumpIfEqual, 1, 0, 0x86DD),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
        new(LoadOctet, 0, 0, NextHeaderOffset),
        new(JumpIfEqual, 1, 0, 58),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
        new(LoadOctet, 0, 0, TypeOffset),
        new(JumpIfEqual, 1, 0, 136),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
    ];

    /// <summary>
    /// More are not compared one by one: each of the four loads an address takes becomes some nine instructions in the
    /// kernel, and with twice as many addresses the program is larger than a socket may hold (net.core.optmem_max).
    /// </summary>
    public const int MostAddresses = 255;

    /// <summary>
    /// Lets in what speaks of one of our addresses. For more than <see cref="MostAddresses"/>: whatever was sent to a
    /// group, as announcements are (§7.2.6); the receiver then has to compare the address itself.
    /// </summary>
    /// <param name="addresses">IPv6 addresses; none lets nothing in.</param>
    public static BpfInstruction[] TargetIn(ReadOnlySpan<IpOctets> addresses)
    {
        if (addresses.Length > MostAddresses)
            return AnyAnnouncement;
        List<BpfInstruction> program = [.. IsNeighborAdvertisement];
        foreach (IpOctets address in addresses)
        {
            for (int word = WordsInAnAddress - 1; word >= 0; word--)
            {
                // The last word tells most addresses apart, so it goes first. A miss jumps to the next address.
                uint value = BinaryPrimitives.ReadUInt32BigEndian(address.Span[(4 * word)..]);
                program.Add(new(LoadWord, 0, 0, TargetOffset + (4 * (uint)word)));
                program.Add(new(JumpIfEqual, 0, (byte)((2 * word) + 1), value));
            }

            program.Add(new(BPF_RET | BPF_K, 0, 0, WholeFrame));
        }

        program.Add(new(BPF_RET | BPF_K, 0, 0, Nothing));
        return [.. program];
    }

    /// <summary>Lets in every announcement; the receiver has to compare the address itself.</summary>
    public static BpfInstruction[] AnyAnnouncement =>
    [
        .. IsNeighborAdvertisement,
        new(LoadOctet, 0, 0, DestinationOffset),
        new(JumpIfEqual, 0, 1, 0xFF),
        new(BPF_RET | BPF_K, 0, 0, WholeFrame),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
    ];
}
