namespace Vipd.Linux.Tests.Support;

/// <summary>A test that asks the C compiler; on CI (VIPD_CI=1) it never skips.</summary>
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute()
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "cc")));
        if (!found && Environment.GetEnvironmentVariable("VIPD_CI") != "1")
            Skip = "no C compiler (cc) on the PATH";
    }
}
