namespace Vipd.Daemon.Ports;

/// <summary>What the kernel says of an address on the router's interface: that it is there, or that it went.</summary>
/// <param name="IsPresent">It was added, renewed or changed; else it is gone.</param>
/// <param name="PrefixLength">Two prefix lengths are two addresses to the kernel.</param>
/// <param name="ProtocolTag">IFA_PROTO; null where nobody set it and before Linux 5.18.</param>
/// <param name="ValidSeconds">What is left of its life; uint.MaxValue for ever.</param>
/// <param name="CreatedAt">Hundredths of a second since the machine started.</param>
public readonly record struct AddressSighting(
    bool IsPresent, byte PrefixLength, byte? ProtocolTag = null, uint ValidSeconds = uint.MaxValue, uint CreatedAt = 0);

/// <summary>What a sighting means for who holds the address.</summary>
public enum AddressNews
{
    /// <summary>Nothing that the holder has not done itself.</summary>
    None,

    /// <summary>Somebody else took it off the interface.</summary>
    Taken,

    /// <summary>The kernel ended its lease.</summary>
    Expired,
}
