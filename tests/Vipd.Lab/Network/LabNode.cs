using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;

namespace Vipd.Lab.Network;

/// <summary>
/// One machine of the lab: a namespace with eth0, and a directory of its own for configuration and sockets.
/// </summary>
public sealed record LabNode(string Name, NetworkNamespace Namespace, IPAddress Address, string Directory)
{
    /// <summary>The switch's end of the cable.</summary>
    public string SwitchPort => $"p-{Name}";

    /// <summary>With <see cref="SegmentOptions.SecondLan"/>: the second switch's end of eth1.</summary>
    public string SecondSwitchPort => $"q-{Name}";

    public string PathOf(string file) => Path.Combine(Directory, file);

    /// <summary>The last part of its addresses, in decimal digits also where it is read as hexadecimal.</summary>
    public int Octet => Address.GetAddressBytes()[3];

    /// <summary>With <see cref="SegmentOptions.EnableIpv6"/>.</summary>
    public IPAddress AddressV6 => IPAddress.Parse($"2001:db8::{Octet}");

    /// <summary>With <see cref="SegmentOptions.EnableIpv6"/>.</summary>
    public IPAddress LinkLocal => IPAddress.Parse($"fe80::{Octet}");

    /// <summary>Of its eth0.</summary>
    internal PhysicalAddress LinkLayerAddress()
    {
        using var link = JsonDocument.Parse(IpCommand.Run("-n", Namespace.Name, "-j", "link", "show", "dev", "eth0"));
        return PhysicalAddress.Parse(link.RootElement[0].GetProperty("address").GetString()!);
    }

    /// <summary>Writes /proc/sys/net/PATH of the node.</summary>
    public void WriteSetting(string path, string value) => Namespace.Inside(() =>
    {
        File.WriteAllText($"/proc/sys/net/{path}", value);
        return 0;
    });

    /// <summary>Deletes an address as an administrator would.</summary>
    public void DeleteAddress(IPAddress address, int prefixLength) => IpCommand.Run(
        "-n", Namespace.Name, "addr", "del", $"{address}/{prefixLength}", "dev", "eth0");

    public override string ToString() => Name;
}
