using System.Net;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Machine;

/// <summary>Which of a machine's subnets an address belongs to.</summary>
internal static class Subnets
{
    /// <summary>The address of the machine whose subnet is the narrowest that holds another address.</summary>
    public static InterfaceAddress? Holding(this IEnumerable<InterfaceAddress> addresses, IPAddress other) =>
        addresses.Where(address => address.Holds(other)).MaxBy(address => address.PrefixLength);

    /// <summary>Whether the two are in one subnet; an address alone (/32, /128) holds nothing.</summary>
    public static bool Holds(this InterfaceAddress subnet, IPAddress other)
    {
        var own = InternetAddress.From(subnet.Address);
        var asked = InternetAddress.From(other);
        return subnet.PrefixLength < 8 * own.Length && own.SharesPrefix(asked, subnet.PrefixLength);
    }

    /// <summary>`192.0.2.0/24` of 192.0.2.11/24.</summary>
    public static string SubnetText(this InterfaceAddress address)
    {
        byte[] octets = address.Address.GetAddressBytes();
        for (int bit = address.PrefixLength; bit < 8 * octets.Length; bit++)
            octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return $"{new IPAddress(octets)}/{address.PrefixLength}";
    }
}
