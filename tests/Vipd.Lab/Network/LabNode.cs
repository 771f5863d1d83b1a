using System.Net;

namespace Vipd.Lab.Network;

/// <summary>
/// One machine of the lab: a namespace with eth0, and a directory of its own for configuration and sockets.
/// </summary>
public sealed record LabNode(string Name, NetworkNamespace Namespace, IPAddress Address, string Directory)
{
    /// <summary>The switch's end of the cable.</summary>
    public string SwitchPort => $"p-{Name}";

    public string PathOf(string file) => Path.Combine(Directory, file);

    /// <summary>Deletes an address as an administrator would.</summary>
    public void DeleteAddress(IPAddress address, int prefixLength) => IpCommand.Run(
        "-n", Namespace.Name, "addr", "del", $"{address}/{prefixLength}", "dev", "eth0");

    public override string ToString() => Name;
}
