namespace Vipd.Vrrp.Wire;

/// <summary>What an accepted Advertisement of either version says to the election and to people.</summary>
/// <param name="Priority">The sender's; 0 says that it resigns.</param>
/// <param name="MaxAdvertiseInterval">The interval that it announces; of VRRPv2 always this router's own.</param>
/// <param name="ChecksumFormDiffers">Its checksum has the other form than ours.</param>
/// <param name="AddressesDiffer">Its list of addresses is not ours; they have one in common.</param>
public readonly record struct ReceivedAdvertisement(
    Priority Priority, Centiseconds MaxAdvertiseInterval, bool ChecksumFormDiffers, bool AddressesDiffer);
