namespace Vipd.Linux.Tests.Support;

/// <summary>
/// A test that makes network namespaces or asks for rights that only root has; on CI (VIPD_CI=1) it never skips.
/// </summary>
public sealed class NetnsFactAttribute : FactAttribute
{
    public NetnsFactAttribute()
    {
        if (Native.geteuid() != 0 && Environment.GetEnvironmentVariable("VIPD_CI") != "1")
            Skip = "needs root (network namespaces)";
    }
}
