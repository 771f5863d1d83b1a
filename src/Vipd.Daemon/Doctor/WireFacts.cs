using System.Net;

namespace Vipd.Daemon.Doctor;

/// <summary>An Advertisement as far as everyone can read it, of whatever version and content.</summary>
internal sealed record HeardAdvertisement(
    IPAddress Source, int Version, int Vrid, int Priority, IReadOnlyList<IPAddress> Addresses)
{
    private const int HeaderOctets = 8;

    /// <summary>It was sent to this node alone, not to the group.</summary>
    public bool IsUnicast { get; init; }

    /// <summary>Null: too short, or no Advertisement.</summary>
    public static HeardAdvertisement? Parse(IPAddress source, ReadOnlySpan<byte> message)
    {
        int size = source.GetAddressBytes().Length;
        // Version and type share the first octet; type 1 is Advertisement.
        if (message.Length < HeaderOctets || (message[0] & 0x0f) != 1)
            return null;
        List<IPAddress> addresses = [];
        for (int i = 0; i < message[3] && HeaderOctets + (size * (i + 1)) <= message.Length; i++)
            addresses.Add(new IPAddress(message.Slice(HeaderOctets + (size * i), size)));
        return new HeardAdvertisement(source, message[0] >> 4, message[1], message[2], addresses);
    }
}

/// <summary>What was heard on a virtual router's interface while the doctor listened.</summary>
/// <param name="Interface">Where.</param>
/// <param name="Problem">Why nobody listened; null: somebody did.</param>
/// <param name="Heard">Each sender and VRID once.</param>
/// <param name="Answers">Link-layer addresses that answered ARP or Neighbor Discovery for the first address.</param>
/// <param name="IsHeldHere">This node holds the first virtual address.</param>
/// <param name="Listened">For how long.</param>
internal sealed record WireFacts(
    string Interface,
    string? Problem,
    IReadOnlyList<HeardAdvertisement> Heard,
    IReadOnlyList<string> Answers,
    bool IsHeldHere,
    TimeSpan Listened)
{
    /// <summary>Why nobody was asked for the first address; null: somebody was.</summary>
    public string? NotAsked { get; init; }

    /// <summary>The interface is a bridge that snoops multicast without a querier on it.</summary>
    public bool SnoopsWithoutQuerier { get; init; }
}
