namespace Vipd.Vrrp.Election;

/// <summary>
/// The states of RFC 9568 §6.4, and Fault: the router would take part, but its interface or a check forbids it.
/// </summary>
public enum RouterState : byte
{
    /// <summary>Not taking part: not started, stopped or drained (§6.4.1).</summary>
    Initialize,

    /// <summary>Watching the Active Router (§6.4.2).</summary>
    Backup,

    /// <summary>Forwarding for the virtual addresses, advertising (§6.4.3).</summary>
    Active,

    /// <summary>Beyond the RFC: not taking part because of a fault, back in Backup once it has cleared.</summary>
    Fault,
}
