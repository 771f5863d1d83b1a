namespace Vipd.Linux;

/// <summary>Whether this machine is an IPv6 router on an interface (ip-sysctl, net.ipv6.conf.*.forwarding).</summary>
public static class IPv6Forwarding
{
    /// <summary>False as well where the kernel does not say, as without IPv6.</summary>
    public static bool IsOn(string interfaceName)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/net/ipv6/conf/{interfaceName}/forwarding").Trim() is not ("0" or "");
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
