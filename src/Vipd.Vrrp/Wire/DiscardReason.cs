namespace Vipd.Vrrp.Wire;

/// <summary>Why a received message was dropped.</summary>
public enum DiscardReason : byte
{
    /// <summary>Not dropped.</summary>
    None,

    /// <summary>TTL or hop limit is not 255.</summary>
    TtlNotMaximum,
}

/// <summary>Facts about <see cref="DiscardReason"/>.</summary>
public static class DiscardReasons
{
    /// <summary>How many there are, None included.</summary>
    public const int Count = 2;

    /// <summary>The stable label of the metric.</summary>
    public static string Label(DiscardReason reason) => reason == DiscardReason.None ? "none" : "ttl_not_maximum";
}
