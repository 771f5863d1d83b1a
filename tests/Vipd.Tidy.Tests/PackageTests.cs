namespace Vipd.Tidy.Tests;

/// <summary>Vrrp and Linux need nothing but the runtime: packages live in the daemon.</summary>
public sealed class PackageTests
{
    [Fact]
    public void Vrrp_and_Linux_have_no_packages() => Finding.AssertNone(Repository.Projects().SelectMany(Check));

    [Theory]
    [InlineData("src/Vipd.Vrrp/Vipd.Vrrp.csproj", "PackageReference", 1)]
    [InlineData("src/Vipd.Linux/Vipd.Linux.csproj", "FrameworkReference", 1)]
    [InlineData("Directory.Build.props", "PackageReference", 1)]
    [InlineData("Directory.Packages.props", "GlobalPackageReference", 1)]
    [InlineData("src/Vipd.Daemon/Vipd.Daemon.csproj", "PackageReference", 0)]
    [InlineData("tests/Vipd.Vrrp.Tests/Vipd.Vrrp.Tests.csproj", "PackageReference", 0)]
    public void A_package_there_is_found(string path, string element, int findings) =>
        Assert.Equal(findings, Check(new ProjectFile(
            path, $"<Project><ItemGroup><{element} Include=\"Serilog\" /></ItemGroup></Project>")).Count());

    private static IEnumerable<Finding> Check(ProjectFile project) =>
        from kind in new[] { "PackageReference", "GlobalPackageReference", "FrameworkReference" }
        from reference in project.Elements(kind)
        where !project.IsIn("src/Vipd.Daemon") && !project.IsIn("tests")
        select project.At(reference, $"package {reference.Attribute("Include")?.Value}");
}
