using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>
/// Inside a project the folders have arrows too: Election knows Wire and never the reverse; the daemon's Runtime knows
/// neither checks nor control nor a configuration reader, they post to its inbox. Comments may name anything.
/// </summary>
public sealed class NamespaceArrowsTests
{
    private static readonly (string Folder, string Forbidden)[] Rules =
    [
        ("src/Vipd.Vrrp/Wire", "Vipd.Vrrp.Election"),
        ("src/Vipd.Daemon/Runtime", "Vipd.Daemon.Health"),
        ("src/Vipd.Daemon/Runtime", "Vipd.Daemon.Control"),
        ("src/Vipd.Daemon/Runtime", "Vipd.Daemon.Configuration"),
        ("src/Vipd.Daemon/Runtime", "Vipd.Daemon.Hooks"),
        ("src/Vipd.Daemon/Runtime", "Vipd.Daemon.Processes"),
    ];

    [Fact]
    public void Files_name_only_namespaces_that_they_may_know() =>
        Finding.AssertNone(Repository.Sources("src").SelectMany(Check));

    /// <summary>A global using would name a namespace for every file without standing in any of them.</summary>
    [Fact]
    public void No_namespace_of_vipd_is_used_globally() =>
        Finding.AssertNone(
            Repository.Sources("src").SelectMany(CheckGlobalUsings)
                .Concat(Repository.Projects().Where(project => !project.IsIn("tests")).SelectMany(CheckGlobalUsings)));

    [Theory]
    [InlineData("using Vipd.Vrrp.Election;")]
    [InlineData("using static Vipd.Vrrp.Election.ElectionTimers;")]
    [InlineData("using Timers = global::Vipd.Vrrp.Election.ElectionTimers;")]
    [InlineData("namespace Vipd.Vrrp.Wire; class A { Vipd.Vrrp.Election.Router _router; }")]
    [InlineData("namespace Vipd.Vrrp.Wire; class A { Election.Router _router; }")]
    [InlineData("namespace Vipd.Vrrp.Wire; class A { object M() => Election.Router.Create(); }")]
    [InlineData("namespace Vipd.Vrrp.Election; class A { }")]
    public void A_forbidden_name_is_found(string sample) =>
        Assert.NotEmpty(Check(new SourceFile("src/Vipd.Vrrp/Wire/A.cs", sample)));

    [Theory]
    [InlineData("Wire/A.cs", "using Vipd.Vrrp.Elections; // not Vipd.Vrrp.Election")]
    [InlineData("Wire/A.cs", "class A { int Election; int M() => Election.CompareTo(1); }")]
    [InlineData("Election/A.cs", "namespace Vipd.Vrrp.Election; using Vipd.Vrrp.Election;")]
    public void An_allowed_name_is_not_found(string path, string sample) =>
        Assert.Empty(Check(new SourceFile("src/Vipd.Vrrp/" + path, sample)));

    [Theory]
    [InlineData("using Vipd.Daemon.Health;")]
    [InlineData("using Vipd.Daemon.Control.Http;")]
    [InlineData("namespace Vipd.Daemon.Runtime; class A { Configuration.Reader _reader; }")]
    public void Runtime_is_held_to_its_own_list(string sample)
    {
        Assert.NotEmpty(Check(new SourceFile("src/Vipd.Daemon/Runtime/A.cs", sample)));
        Assert.Empty(Check(new SourceFile("src/Vipd.Daemon/Hosting/A.cs", sample)));
    }

    [Fact]
    public void A_global_using_is_found()
    {
        Assert.Single(CheckGlobalUsings(new SourceFile("src/A.cs", "global using Vipd.Vrrp.Election;")));
        Assert.Empty(CheckGlobalUsings(new SourceFile("src/A.cs", "using Vipd.Vrrp.Election;\nglobal using System;")));
        Assert.Single(CheckGlobalUsings(new ProjectFile(
            "src/A.csproj", "<Project><ItemGroup><Using Include=\"Vipd.Vrrp.Election\" /></ItemGroup></Project>")));
    }

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from rule in Rules
        where file.IsIn(rule.Folder)
        from name in NamesIn(file.Root)
        where Names(name, rule.Forbidden)
        select file.At(name, $"{rule.Folder} may not name {rule.Forbidden}");

    private static IEnumerable<Finding> CheckGlobalUsings(SourceFile file) =>
        from directive in file.Root.DescendantNodes().OfType<UsingDirectiveSyntax>()
        where directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword)
        where directive.NamespaceOrType.ToString().Contains("Vipd.", StringComparison.Ordinal)
        select file.At(directive, $"global using {directive.NamespaceOrType}");

    private static IEnumerable<Finding> CheckGlobalUsings(ProjectFile project) =>
        from element in project.Elements("Using")
        where element.Attribute("Include")?.Value.StartsWith("Vipd.", StringComparison.Ordinal) ?? false
        select project.At(element, $"global using {element.Attribute("Include")?.Value}");

    /// <summary>
    /// Whole dotted names, and of expressions only those whose first part is not a variable of the file.
    /// </summary>
    private static IEnumerable<SyntaxNode> NamesIn(SyntaxNode root)
    {
        HashSet<string> variables = [.. root.DescendantNodes().Select(DeclaredVariable).OfType<string>()];
        return root.DescendantNodes().Where(node => node switch
        {
            QualifiedNameSyntax => node.Parent is not QualifiedNameSyntax,
            MemberAccessExpressionSyntax => node.Parent is not MemberAccessExpressionSyntax
                && !variables.Contains(node.GetFirstToken().ValueText),
            _ => false,
        });
    }

    private static string? DeclaredVariable(SyntaxNode node) => node switch
    {
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
        ParameterSyntax parameter => parameter.Identifier.ValueText,
        _ => null,
    };

    // "Vipd.Vrrp.Election" can be written whole or, from inside Vipd.Vrrp, by its last part or parts.
    private static bool Names(SyntaxNode name, string forbidden)
    {
        string text = string.Concat(name.DescendantTokens().Select(token => token.ValueText))
            .Replace("global::", "", StringComparison.Ordinal) + ".";
        string[] parts = forbidden.Split('.');
        return Enumerable.Range(0, parts.Length)
            .Any(skipped => text.StartsWith(string.Join('.', parts[skipped..]) + ".", StringComparison.Ordinal));
    }
}
