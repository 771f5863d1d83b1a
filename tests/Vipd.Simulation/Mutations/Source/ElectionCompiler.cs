using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Vipd.Simulation.Mutations.Source;

/// <summary>
/// Compiles src/Vipd.Vrrp in memory, as it is or with one change, by the compiler of the SDK that builds vipd.
/// </summary>
internal sealed class ElectionCompiler
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    private readonly Dictionary<string, string> _electionFiles = [];
    private readonly Dictionary<string, SyntaxTree> _trees = [];
    private readonly CSharpCompilation _empty;

    public ElectionCompiler()
    {
        string project = Path.Combine(RepositoryRoot(), "src", "Vipd.Vrrp");
        foreach (string path in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(project, path);
            if (name.StartsWith("obj", StringComparison.Ordinal) || name.StartsWith("bin", StringComparison.Ordinal))
                continue;
            string text = File.ReadAllText(path).ReplaceLineEndings("\n");
            _trees.Add(name, CSharpSyntaxTree.ParseText(text, Language));
            if (Path.GetDirectoryName(name) == "Election")
                _electionFiles.Add(name, text);
        }

        // What ImplicitUsings adds to every file.
        _trees.Add("usings", CSharpSyntaxTree.ParseText(
            "global using System; global using System.Collections.Generic; global using System.Linq;", Language));
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        _empty = CSharpCompilation.Create("Vipd.Vrrp", null, platform, new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: false,
            concurrentBuild: false));
    }

    /// <exception cref="InvalidOperationException">The change does not fit the source any more.</exception>
    public byte[] Compile(SourceChange? change)
    {
        IEnumerable<SyntaxTree> trees = _trees.Values;
        if (change is not null)
        {
            string file = Path.Combine("Election", change.File);
            trees = [.. _trees.Where(tree => tree.Key != file).Select(tree => tree.Value), Changed(change, file)];
        }

        using var assembly = new MemoryStream();
        EmitResult result = _empty.AddSyntaxTrees(trees).Emit(assembly);
        return result.Success
            ? assembly.ToArray()
            : throw new InvalidOperationException($"'{change?.Name}' does not compile: " +
                result.Diagnostics.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    private SyntaxTree Changed(SourceChange change, string file)
    {
        string text = _electionFiles[file];
        int found = text.Split(change.From).Length - 1;
        return found == 1
            ? CSharpSyntaxTree.ParseText(text.Replace(change.From, change.To, StringComparison.Ordinal), Language)
            : throw new InvalidOperationException($"'{change.Name}' stands {found} times in {file}, not once");
    }

    public static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "vipd.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no vipd.sln above the tests");
    }
}
