using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Vipd.Tidy.Tests;

/// <summary>A C# file: its path from the root, with slashes, its lines and its syntax.</summary>
internal sealed class SourceFile(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private SyntaxNode? _root;

    public string Path => path;

    public string[] Lines { get; } = text.TrimEnd('\n').Split('\n');

    public SyntaxNode Root => _root ??= Parse();

    public bool IsIn(string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    public Finding At(SyntaxNodeOrToken place, string what) => new(path, LineOf(place), what);

    public static int LineOf(SyntaxNodeOrToken place) => place.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1;

    // A file that the parser does not understand would pass every rule.
    private SyntaxNode Parse()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, Options, path);
        Assert.DoesNotContain(tree.GetDiagnostics(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return tree.GetRoot();
    }
}
