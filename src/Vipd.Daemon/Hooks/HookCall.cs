using System.Globalization;
using Vipd.Daemon.Observability;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hooks;

/// <summary>One occasion to run a hook, and what the program is told of it in its environment.</summary>
internal sealed record HookCall(HookKind Kind, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>Of a transition. The priority is the one at the time of the call, not of the transition.</summary>
    public static HookCall Of(RouterBoard router, TransitionRecord transition)
    {
        HookKind kind = HookKinds.For(transition.To);
        Dictionary<string, string> variables = Common(router, kind);
        variables["VIPD_STATE"] = Labels.Of(transition.To);
        variables["VIPD_PREVIOUS"] = Labels.Of(transition.From);
        variables["VIPD_CAUSE"] = Labels.Of(transition.Cause);
        variables["VIPD_PEER"] = transition.Peer?.ToString() ?? "";
        return new HookCall(kind, variables);
    }

    /// <summary>Of a conflict, named as `vipd_conflicts_total` names it.</summary>
    public static HookCall Of(RouterBoard router, string conflict)
    {
        Dictionary<string, string> variables = Common(router, HookKind.OnConflict);
        variables["VIPD_STATE"] = variables["VIPD_PREVIOUS"] = Labels.Of(router.Current.State);
        variables["VIPD_CAUSE"] = conflict;
        return new HookCall(HookKind.OnConflict, variables);
    }

    private static Dictionary<string, string> Common(RouterBoard router, HookKind kind)
    {
        RouterIdentity identity = router.Identity;
        return new Dictionary<string, string>
        {
            ["VIPD_HOOK"] = kind.Name(),
            ["VIPD_ROUTER"] = identity.Name,
            ["VIPD_VRID"] = identity.Vrid.Value.ToString(CultureInfo.InvariantCulture),
            ["VIPD_INTERFACE"] = identity.InterfaceName,
            ["VIPD_ADDRESSES"] = string.Join(' ', identity.Addresses),
            ["VIPD_PRIORITY"] = router.Current.EffectivePriority.Value.ToString(CultureInfo.InvariantCulture),
        };
    }
}
