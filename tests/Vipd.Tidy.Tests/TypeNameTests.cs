using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>A type is named for what it is. These words name a place where code was put.</summary>
public sealed partial class TypeNameTests
{
    [Fact]
    public void No_type_has_a_name_that_says_nothing() => Finding.AssertNone(Repository.Sources().SelectMany(Check));

    [Theory]
    [InlineData("class RouterManager { }")]
    [InlineData("static class ManagerOfRouters { }")]
    [InlineData("record struct ChecksumHelper;")]
    [InlineData("class A { enum ArpHelpers { B } }")]
    [InlineData("interface IWireUtils { }")]
    [InlineData("abstract class CheckBase { }")]
    [InlineData("class RouterImpl { }")]
    [InlineData("delegate void LinkUtil();")]
    public void Such_a_name_is_found(string sample) => Assert.Single(Check(new SourceFile("src/A.cs", sample)));

    [Theory]
    [InlineData("class BaseStation { }")]
    [InlineData("class Managed { }")]
    [InlineData("class Database { }")]
    public void A_name_that_only_looks_like_one_is_not_found(string sample) =>
        Assert.Empty(Check(new SourceFile("src/A.cs", sample)));

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from node in file.Root.DescendantNodes()
        let name = node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier,
            DelegateDeclarationSyntax type => type.Identifier,
            _ => default,
        }
        where Banned().IsMatch(name.ValueText ?? "")
        select file.At(name, $"type name {name.ValueText}");

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Impl)(?![a-z])|Base$")]
    private static partial Regex Banned();
}
