using static Vipd.Linux.Interop.LinuxFilter;

namespace Vipd.Linux.Sockets;

/// <summary>Filters for a <see cref="PacketSocket"/> that lets in ARP over Ethernet for IPv4 (RFC 826).</summary>
public static class ArpFilter
{
    private const uint WholeFrame = 0xFFFF;
    private const uint Nothing = 0;

    // Offsets from the Ethernet header; RFC 826's "Packet format" behind its 14 octets.
    private const uint EtherTypeOffset = 12;
    private const uint HardwareAndProtocolTypeOffset = 14;
    private const uint AddressLengthsOffset = 18;
    private const uint SenderProtocolAddressOffset = 28;
    private const uint TargetProtocolAddressOffset = 38;

    private const ushort JumpIfEqual = BPF_JMP | BPF_JEQ | BPF_K;

    // A jump is 8 bits wide, so the comparisons stand in groups, each with its own "let in" behind it.
    private const int AddressesInAGroup = 254;

    private static readonly BpfInstruction[] IsArpForIPv4 =
    [
        new(BPF_LD | BPF_H | BPF_ABS, 0, 0, EtherTypeOffset),
        new(JumpIfEqual, 1, 0, 0x0806),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
        new(BPF_LD | BPF_W | BPF_ABS, 0, 0, HardwareAndProtocolTypeOffset),
        new(JumpIfEqual, 1, 0, 0x0001_0800),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
        new(BPF_LD | BPF_H | BPF_ABS, 0, 0, AddressLengthsOffset),
        new(JumpIfEqual, 1, 0, 0x0604),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
    ];

    /// <summary>The most addresses that fit into the kernel's 4096 instructions.</summary>
    public static int MostAddresses { get; } =
        (BPF_MAXINSNS - IsArpForIPv4.Length - 2) / (AddressesInAGroup + 2) * AddressesInAGroup;

    /// <summary>
    /// Lets in ARP, requests and replies, whose sender claims one of our addresses. For more than
    /// <see cref="MostAddresses"/>: every ARP in which sender and target address are equal, as in an announcement
    /// (RFC 5227 §3); the receiver then has to compare the address itself.
    /// </summary>
    /// <param name="addressesHostOrder">IPv4 addresses as integers, 192.0.2.1 = 0xC0000201; none lets nothing
    /// in.</param>
    public static BpfInstruction[] SenderProtocolAddressIn(ReadOnlySpan<uint> addressesHostOrder) =>
        addressesHostOrder.Length > MostAddresses ? AnyAnnouncement : SenderIn(addressesHostOrder);

    private static BpfInstruction[] SenderIn(ReadOnlySpan<uint> addresses)
    {
        List<BpfInstruction> program =
            [.. IsArpForIPv4, new(BPF_LD | BPF_W | BPF_ABS, 0, 0, SenderProtocolAddressOffset)];
        while (!addresses.IsEmpty)
        {
            ReadOnlySpan<uint> group = addresses[..Math.Min(AddressesInAGroup, addresses.Length)];
            addresses = addresses[group.Length..];
            for (int i = 0; i < group.Length; i++)
                program.Add(new(JumpIfEqual, (byte)(group.Length - i), 0, group[i]));
            program.Add(new(BPF_JMP | BPF_JA, 0, 0, 1));
            program.Add(new(BPF_RET | BPF_K, 0, 0, WholeFrame));
        }

        program.Add(new(BPF_RET | BPF_K, 0, 0, Nothing));
        return [.. program];
    }

    /// <summary>Lets in every announcement; the receiver has to compare the address itself.</summary>
    public static BpfInstruction[] AnyAnnouncement =>
    [
        .. IsArpForIPv4,
        new(BPF_LD | BPF_W | BPF_ABS, 0, 0, TargetProtocolAddressOffset),
        new(BPF_MISC | BPF_TAX, 0, 0, 0),
        new(BPF_LD | BPF_W | BPF_ABS, 0, 0, SenderProtocolAddressOffset),
        new(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0),
        new(BPF_RET | BPF_K, 0, 0, WholeFrame),
        new(BPF_RET | BPF_K, 0, 0, Nothing),
    ];
}
