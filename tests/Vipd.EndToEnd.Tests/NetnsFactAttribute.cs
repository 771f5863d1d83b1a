namespace Vipd.EndToEnd.Tests;

/// <summary>A test that makes network namespaces: skipped without root, except on CI, where it may not be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class NetnsFactAttribute : FactAttribute
{
    public NetnsFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("VIPD_CI") != "1")
            Skip = "network namespaces need root: sudo tests/run.sh";
    }
}
