using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Vipd.Tidy.Tests;

/// <summary>
/// Vipd.Vrrp is pure: the same state and input give the same output, so no clock, no chance, no waiting.
/// </summary>
public sealed class PurityTests
{
    private static readonly HashSet<string> Types =
    [
        "Stopwatch", "Random", "RandomNumberGenerator", "TimeProvider", "Timer", "PeriodicTimer", "Task", "ValueTask",
        "Thread", "Console",
    ];

    private static readonly HashSet<string> Members =
    [
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow",
        "Environment.TickCount", "Environment.TickCount64", "Guid.NewGuid",
    ];

    [Fact]
    public void Vrrp_reads_no_clock_draws_no_number_and_awaits_nothing() =>
        Finding.AssertNone(Repository.Sources("src/Vipd.Vrrp").SelectMany(Check));

    [Theory]
    [InlineData("var x = DateTime.Now;")]
    [InlineData("var x = System.DateTime.UtcNow;")]
    [InlineData("var x = DateTimeOffset.UtcNow;")]
    [InlineData("var x = Environment.TickCount64;")]
    [InlineData("var x = new Random(1);")]
    [InlineData("var x = System.Diagnostics.Stopwatch.GetTimestamp();")]
    [InlineData("async void F() { }")]
    [InlineData("System.Func<int> f = async () => 1;")]
    public void Such_a_dependency_is_found(string statement) =>
        Assert.NotEmpty(Check(new SourceFile("src/Vipd.Vrrp/A.cs", "class A { void M() { " + statement + " } }")));

    [Theory]
    [InlineData("var x = start.Now; // DateTime.Now")]
    [InlineData("var random = \"Stopwatch\";")]
    public void What_only_looks_like_one_is_not_found(string statement) =>
        Assert.Empty(Check(new SourceFile("src/Vipd.Vrrp/A.cs", "class A { void M() { " + statement + "\n} }")));

    private static IEnumerable<Finding> Check(SourceFile file)
    {
        foreach (SyntaxToken token in file.Root.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.AsyncKeyword) || token.IsKind(SyntaxKind.AwaitKeyword))
                yield return file.At(token, token.ValueText);
        }
        foreach (SimpleNameSyntax name in file.Root.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            string text = name.Identifier.ValueText;
            if (Types.Contains(text))
                yield return file.At(name, text);
            else if (Members.Contains(PartBefore(name) + "." + text))
                yield return file.At(name, PartBefore(name) + "." + text);
        }
    }

    // In a.b.c the part before c is b.
    private static string PartBefore(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name
            ? access.Expression.GetLastToken().ValueText
            : "";
}
