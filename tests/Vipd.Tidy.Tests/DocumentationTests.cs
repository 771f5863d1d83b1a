using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>
/// Everything public in Wire, Election and Linux says what it does. Overrides say what they override says; Interop
/// repeats the kernel's headers, which say it better.
/// </summary>
public sealed class DocumentationTests
{
    private static readonly string[] Folders = ["src/Vipd.Vrrp/Wire", "src/Vipd.Vrrp/Election", "src/Vipd.Linux"];

    [Fact]
    public void Every_public_member_has_a_doc_comment() =>
        Finding.AssertNone(Folders.SelectMany(Repository.Sources).SelectMany(Check));

    [Theory]
    [InlineData("public class A { }")]
    [InlineData("// not a doc comment\npublic enum A { }")]
    [InlineData("public delegate void A();")]
    [InlineData("/// <summary>.</summary>\npublic enum A { B }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public int B; }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public const int B = 1; }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public A() { } }")]
    [InlineData("/// <summary>.</summary>\npublic struct A { public int B { get; } }")]
    [InlineData("/// <summary>.</summary>\npublic record A { public static void M() { } }")]
    [InlineData("/// <summary>.</summary>\npublic interface A { void M(); }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public static A operator +(A a, A b) => a; }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public event System.Action? E; }")]
    [InlineData("/// <summary>.</summary>\npublic class A { public class B { } }")]
    [InlineData("/// <summary>.</summary>\npublic class A { protected void M() { } }")]
    public void A_member_without_one_is_found(string sample) =>
        Assert.Single(Check(new SourceFile("src/Vipd.Linux/A.cs", sample)));

    [Theory]
    [InlineData("src/Vipd.Linux/A.cs", "class A { public void M() { } }")]
    [InlineData("src/Vipd.Linux/A.cs", "internal record A(int B);")]
    [InlineData("src/Vipd.Linux/A.cs", "/// <summary>.</summary>\npublic class A { private protected void M() { } }")]
    [InlineData("src/Vipd.Linux/A.cs", "/// <summary>.</summary>\npublic class A { internal int B; }")]
    [InlineData("src/Vipd.Linux/A.cs", "/// <summary>.</summary>\npublic record A(int B);")]
    [InlineData("src/Vipd.Linux/A.cs", "/// <summary>.</summary>\n[System.Obsolete]\npublic class A { void M() { } }")]
    [InlineData("src/Vipd.Linux/A.cs",
        "/// <summary>.</summary>\npublic class A { public override string ToString() => \"\"; }")]
    [InlineData("src/Vipd.Linux/Interop/A.cs", "public class A { }")]
    public void What_needs_none_is_not_found(string path, string sample) =>
        Assert.Empty(Check(new SourceFile(path, sample)));

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from member in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is not (BaseNamespaceDeclarationSyntax or GlobalStatementSyntax)
        where !file.IsIn("src/Vipd.Linux/Interop")
        where IsVisible(member) && !member.Modifiers.Any(SyntaxKind.OverrideKeyword) && !HasDocComment(member)
        select file.At(member, $"no doc comment: {member.ToString().Split('\n')[0]}");

    // Visible from outside the assembly: the member and all types around it.
    private static bool IsVisible(MemberDeclarationSyntax member)
    {
        SyntaxTokenList modifiers = member.Modifiers;
        if (member.Parent is not BaseTypeDeclarationSyntax parent)
            return modifiers.Any(SyntaxKind.PublicKeyword);
        bool isVisibleInside = modifiers.Any(SyntaxKind.PublicKeyword)
            || modifiers.Any(SyntaxKind.ProtectedKeyword)
            || parent is EnumDeclarationSyntax or InterfaceDeclarationSyntax;
        return isVisibleInside && !modifiers.Any(SyntaxKind.PrivateKeyword) && IsVisible(parent);
    }

    private static bool HasDocComment(MemberDeclarationSyntax member) => member.GetLeadingTrivia()
        .Any(trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
            || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));
}
