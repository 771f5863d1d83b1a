namespace Vipd.Daemon.Tests;

/// <summary>A fact that asks a program of the distribution; without it skipped, but never where VIPD_CI=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(directory => File.Exists(Path.Combine(directory, tool)));
        if (!found && Environment.GetEnvironmentVariable("VIPD_CI") != "1")
            Skip = $"{tool} is not installed";
    }
}
