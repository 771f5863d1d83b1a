using Vipd.Daemon.Runtime;
using Vipd.Vrrp;

namespace Vipd.Daemon.Tests.Runtime;

/// <summary>What a pass of the loop does with one router.</summary>
internal static class RouterPasses
{
    public static void FireDeadlines(this RouterRuntime router, MonotonicTime now)
    {
        router.FireElection(now);
        router.FireChores(now);
    }
}
