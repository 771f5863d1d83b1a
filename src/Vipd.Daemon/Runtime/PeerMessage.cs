using Vipd.Vrrp;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>What of a refused message tells how its sender differs. Nothing here is trusted.</summary>
internal static class PeerMessage
{
    private const int IntervalOffset = 5;
    private const int FirstAddressOffset = 8;

    /// <summary>The number that a difference is about; 0 where it is about none.</summary>
    public static int ValueOf(PeerDifference difference, ReadOnlySpan<byte> message, in ReceivedHeader header) =>
        difference switch
        {
            PeerDifference.Version => ReceiveChecks.TryPeekVersion(message, out int version) ? version : 0,
            PeerDifference.Interval => message.Length > IntervalOffset ? message[IntervalOffset] : 0,
            PeerDifference.TimeToLive => header.TimeToLive,
            _ => 0,
        };

    /// <summary>The first address that it names.</summary>
    public static InternetAddress? FirstAddress(ReadOnlySpan<byte> message, in ReceivedHeader header)
    {
        int length = header.Source.Length;
        return message.Length >= FirstAddressOffset + length
            ? InternetAddress.From(message.Slice(FirstAddressOffset, length))
            : null;
    }
}
