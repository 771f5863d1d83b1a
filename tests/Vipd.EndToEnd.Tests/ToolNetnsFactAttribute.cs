namespace Vipd.EndToEnd.Tests;

/// <summary>
/// A namespace test with a program that tests/run.sh installs: without it skipped, except on CI, where it may not be.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolNetnsFactAttribute : NetnsFactAttribute
{
    public ToolNetnsFactAttribute(string tool)
    {
        bool found = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
            .Any(directory => File.Exists(Path.Combine(directory, tool)));
        if (!found && Environment.GetEnvironmentVariable("VIPD_CI") != "1")
            Skip ??= $"{tool} is not installed: sudo tests/run.sh";
    }
}
