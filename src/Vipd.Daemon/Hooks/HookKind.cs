using Vipd.Daemon.Configuration;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Hooks;

/// <summary>The hooks of a Virtual Router.</summary>
public enum HookKind
{
    /// <summary>It is Active.</summary>
    OnActive,

    /// <summary>It is not, and no fault is the reason: Backup, or Initialize (stopped, drained).</summary>
    OnBackup,

    /// <summary>A fault keeps it out of the election.</summary>
    OnFault,

    /// <summary>While it is Active, somebody else is at work on its addresses.</summary>
    OnConflict,
}

/// <summary>The keys of the configuration, and which of them a state calls.</summary>
internal static class HookKinds
{
    public static string Name(this HookKind kind) => kind switch
    {
        HookKind.OnActive => "onActive",
        HookKind.OnBackup => "onBackup",
        HookKind.OnFault => "onFault",
        _ => "onConflict",
    };

    public static IReadOnlyList<string> Of(this HookOptions hooks, HookKind kind) => kind switch
    {
        HookKind.OnActive => hooks.OnActive,
        HookKind.OnBackup => hooks.OnBackup,
        HookKind.OnFault => hooks.OnFault,
        _ => hooks.OnConflict,
    };

    public static HookKind For(RouterState state) => state switch
    {
        RouterState.Active => HookKind.OnActive,
        RouterState.Fault => HookKind.OnFault,
        _ => HookKind.OnBackup,
    };
}
