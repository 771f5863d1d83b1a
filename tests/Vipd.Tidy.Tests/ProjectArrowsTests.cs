namespace Vipd.Tidy.Tests;

/// <summary>Vrrp and Linux know nobody; the daemon knows both.</summary>
public sealed class ProjectArrowsTests
{
    [Fact]
    public void Projects_reference_what_the_architecture_allows() =>
        Finding.AssertNone(Repository.Projects("src").SelectMany(Check));

    [Fact]
    public void The_projects_that_the_rule_speaks_of_exist() =>
        Assert.Equal(
            ["Vipd.Daemon", "Vipd.Linux", "Vipd.Vrrp"],
            Repository.Projects("src").Select(project => project.Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("src/Vipd.Vrrp/Vipd.Vrrp.csproj", "../Vipd.Linux/Vipd.Linux.csproj", 1)]
    [InlineData("src/Vipd.Linux/Vipd.Linux.csproj", "../Vipd.Vrrp/Vipd.Vrrp.csproj", 1)]
    [InlineData("src/Vipd.Daemon/Vipd.Daemon.csproj", "..\\Vipd.Vrrp\\Vipd.Vrrp.csproj", 0)]
    [InlineData("src/Vipd.Daemon/Vipd.Daemon.csproj", "../../tests/Vipd.Lab/Vipd.Lab.csproj", 1)]
    [InlineData("src/Vipd.New/Vipd.New.csproj", "../Vipd.Vrrp/Vipd.Vrrp.csproj", 1)]
    public void An_arrow_in_the_wrong_direction_is_found(string path, string reference, int findings) =>
        Assert.Equal(findings, Check(new ProjectFile(
            path, $"<Project><ItemGroup><ProjectReference Include=\"{reference}\" /></ItemGroup></Project>")).Count());

    private static IEnumerable<Finding> Check(ProjectFile project) =>
        from reference in project.Elements("ProjectReference").Concat(project.Elements("Reference"))
        let path = reference.Attribute("Include")?.Value ?? ""
        let name = Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))
        where project.Name != "Vipd.Daemon" || name is not ("Vipd.Vrrp" or "Vipd.Linux")
        select project.At(reference, $"{project.Name} may not reference {name}");
}
