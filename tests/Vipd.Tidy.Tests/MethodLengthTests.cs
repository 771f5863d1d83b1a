using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>
/// A method fits on a screen: at most 60 lines from its signature to its last brace, comments above it not counted.
/// </summary>
public sealed class MethodLengthTests
{
    private const int Limit = 60;

    [Fact]
    public void No_method_is_too_long() => Finding.AssertNone(Repository.Sources().SelectMany(Check));

    [Theory]
    [InlineData("class A { void M() { BODY } }")]
    [InlineData("class A { int P { get { BODY return 1; } } }")]
    [InlineData("class A { A() { BODY } }")]
    [InlineData("class A { System.Action M() => () => { BODY }; }")]
    [InlineData("class A { System.Action _field = () => { BODY }; }")]
    public void One_line_more_is_found(string shape)
    {
        Assert.Empty(Check(Sample(59)));
        Assert.Single(Check(Sample(60)));

        SourceFile Sample(int lineBreaks) => new("src/A.cs", shape.Replace("BODY", new string('\n', lineBreaks)));
    }

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from node in file.Root.DescendantNodes(node => !IsCounted(node))
        where IsCounted(node)
        let lines = node.GetLocation().GetLineSpan()
        let count = lines.EndLinePosition.Line - lines.StartLinePosition.Line + 1
        where count > Limit
        select file.At(node, $"{count} lines in one method, at most {Limit}");

    // What is inside counts with what it is inside of.
    private static bool IsCounted(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax
            or GlobalStatementSyntax
        || (node is ArrowExpressionClauseSyntax && node.Parent is BasePropertyDeclarationSyntax);
}
