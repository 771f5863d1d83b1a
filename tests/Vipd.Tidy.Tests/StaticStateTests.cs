using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>
/// No static mutable state: a second daemon in the same process (a test's) must not meet the first one's. Not seen:
/// what a readonly array holds.
/// </summary>
public sealed class StaticStateTests
{
    private static readonly string[] MutableTypes =
    [
        "List<", "Dictionary<", "HashSet<", "Queue<", "Stack<", "SortedDictionary<", "SortedSet<", "Concurrent",
        "StringBuilder",
    ];

    [Fact]
    public void No_static_field_can_change() => Finding.AssertNone(Repository.Sources("src").SelectMany(Check));

    [Theory]
    [InlineData("static int _count;")]
    [InlineData("[ThreadStatic] private static object? _last;")]
    [InlineData("public static int Count { get; set; }")]
    [InlineData("public static int Count { get; private set; }")]
    [InlineData("static event System.Action? Changed;")]
    [InlineData("static readonly Dictionary<int, int> Seen = [];")]
    [InlineData("static ConcurrentDictionary<int, int> Seen { get; } = new();")]
    [InlineData("static volatile bool _stopped;")]
    public void Static_state_is_found(string member) =>
        Assert.Single(Check(new SourceFile("src/A.cs", "class A { " + member + " }")));

    [Theory]
    [InlineData("const int Count = 1;")]
    [InlineData("static readonly int Count = 1;")]
    [InlineData("int _count;")]
    [InlineData("static int Count { get; } = 1;")]
    [InlineData("static int Count { get => 1; set => throw new System.Exception(); }")]
    [InlineData("static int M() { int local = 1; return local; }")]
    public void What_is_not_state_or_not_static_is_not_found(string member) =>
        Assert.Empty(Check(new SourceFile("src/A.cs", "class A { " + member + " }")));

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from member in file.Root.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member.Modifiers.Any(SyntaxKind.StaticKeyword)
        where member switch
        {
            FieldDeclarationSyntax field =>
                !field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword) || IsMutable(field.Declaration.Type),
            EventFieldDeclarationSyntax => true,
            PropertyDeclarationSyntax { AccessorList: { } accessors } property =>
                IsAuto(accessors)
                && (accessors.Accessors.Any(SyntaxKind.SetAccessorDeclaration) || IsMutable(property.Type)),
            _ => false,
        }
        select file.At(member, $"static state: {member.ToString().Split('\n')[0]}");

    private static bool IsAuto(AccessorListSyntax list) =>
        list.Accessors.Any(accessor => accessor.Body is null && accessor.ExpressionBody is null);

    private static bool IsMutable(TypeSyntax type)
    {
        string name = type.ToString().Split('.')[^1];
        return MutableTypes.Any(start => name.StartsWith(start, StringComparison.Ordinal));
    }
}
