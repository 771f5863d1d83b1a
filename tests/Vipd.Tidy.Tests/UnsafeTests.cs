namespace Vipd.Tidy.Tests;

/// <summary>System calls and their structs, and with them unsafe code, live in Vipd.Linux alone.</summary>
public sealed class UnsafeTests
{
    [Fact]
    public void Only_Linux_allows_unsafe_blocks() => Finding.AssertNone(Repository.Projects().SelectMany(Check));

    [Theory]
    [InlineData("src/Vipd.Linux/Vipd.Linux.csproj", "true", 0)]
    [InlineData("src/Vipd.Daemon/Vipd.Daemon.csproj", "false", 0)]
    [InlineData("src/Vipd.Daemon/Vipd.Daemon.csproj", "true", 1)]
    [InlineData("tests/Vipd.Linux.Tests/Vipd.Linux.Tests.csproj", "True", 1)]
    [InlineData("Directory.Build.props", "$(Anything)", 1)]
    public void Unsafe_blocks_elsewhere_are_found(string path, string value, int findings)
    {
        string property = $"<AllowUnsafeBlocks>{value}</AllowUnsafeBlocks>";
        var project = new ProjectFile(path, $"<Project><PropertyGroup>{property}</PropertyGroup></Project>");

        Assert.Equal(findings, Check(project).Count());
    }

    private static IEnumerable<Finding> Check(ProjectFile project) =>
        from property in project.Elements("AllowUnsafeBlocks")
        where project.Name != "Vipd.Linux" && !property.Value.Equals("false", StringComparison.OrdinalIgnoreCase)
        select project.At(property, "AllowUnsafeBlocks outside Vipd.Linux");
}
