using System.Net;
using System.Net.NetworkInformation;

namespace Vipd.Lab.Wire;

/// <summary>A VRRP Advertisement as it passed the switch; the time is the kernel's receive stamp.</summary>
public sealed record AdvertisementSeen(
    TimeSpan At, IPAddress Source, int Version, int VirtualRouterId, int Priority, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>Of the Ethernet header.</summary>
    public required PhysicalAddress SenderMac { get; init; }

    /// <summary>Priority 0: the sender resigns.</summary>
    public bool Resigns => Priority == 0;
}

/// <summary>An ARP packet as it passed the switch; operation 1 is a request, 2 a reply.</summary>
public sealed record ArpSeen(
    TimeSpan At, PhysicalAddress SenderMac, IPAddress SenderAddress, IPAddress TargetAddress, int Operation)
{
    /// <summary>Sender and target are the same address: an announcement, not a question.</summary>
    public bool IsAnnouncement => SenderAddress.Equals(TargetAddress);
}

/// <summary>A whole frame, for the pcap file; time since 1970.</summary>
public sealed record CapturedFrame(TimeSpan RealTime, byte[] Octets);
