using System.Text.Json;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Observability;

/// <summary>The spelling of states and causes in metrics and JSON: a contract, pinned by a test.</summary>
internal static class Labels
{
    private static readonly string[] States = CamelCase<RouterState>();
    private static readonly string[] Causes = CamelCase<TransitionCause>();

    public static string Of(RouterState state) => States[(int)state];

    public static string Of(TransitionCause cause) => Causes[(int)cause];

    private static string[] CamelCase<TEnum>()
        where TEnum : struct, Enum =>
        [.. Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName)];
}
