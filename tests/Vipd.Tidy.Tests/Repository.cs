using System.Diagnostics;

namespace Vipd.Tidy.Tests;

/// <summary>The tree that the rules are held against.</summary>
internal static class Repository
{
    /// <summary>The folder of vipd.sln, found upwards from the test's own.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static bool IsGitWorkTree => Path.Exists(Path.Combine(Root, ".git"));

    /// <summary>C# sources below a folder, build output left out.</summary>
    public static IEnumerable<SourceFile> Sources(string folder = "") =>
        Files(folder, "*.cs").Select(path => new SourceFile(path, Read(path)));

    /// <summary>Project files below a folder, and the properties they share.</summary>
    public static IEnumerable<ProjectFile> Projects(string folder = "") =>
        Files(folder, "*.csproj").Concat(Files(folder, "*.props")).Concat(Files(folder, "*.targets"))
            .Select(path => new ProjectFile(path, Read(path)));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>What git tracks, and what it would track if it were added now.</summary>
    public static IEnumerable<string> TrackedFiles()
    {
        var start = new ProcessStartInfo("git")
        {
            ArgumentList = { "ls-files", "-z", "--cached", "--others", "--exclude-standard" },
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        // A file that is deleted but still in the index is listed too.
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => File.Exists(Path.Combine(Root, path)));
    }

    private static IEnumerable<string> Files(string folder, string pattern)
    {
        string start = Path.Combine(Root, folder);
        return !Directory.Exists(start)
            ? []
            : Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
                .Order(StringComparer.Ordinal);
    }

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new DirectoryNotFoundException("no vipd.sln above the tests"),
        _ when File.Exists(Path.Combine(folder.FullName, "vipd.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
