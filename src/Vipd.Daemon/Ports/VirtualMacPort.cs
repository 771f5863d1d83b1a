namespace Vipd.Daemon.Ports;

/// <summary>What a router with a Virtual Router MAC Address has more than another.</summary>
/// <param name="Link">Where its addresses are.</param>
/// <param name="Advertisement">Null: it speaks by unicast.</param>
internal sealed record VirtualMacPort(VirtualMacLink Link, VirtualMacAdvertisement? Advertisement);
