namespace Vipd.EndToEnd.Tests;

/// <summary>
/// The published program under test: $VIPD_BINARY, else artifacts/vipd/vipd above the test's own directory.
/// </summary>
internal static class VipdBinary
{
    internal static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("VIPD_BINARY") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? System.IO.Path.GetFullPath(named)
                : throw new FileNotFoundException("VIPD_BINARY", named);
        }
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null; up = up.Parent)
        {
            var candidate = System.IO.Path.Combine(up.FullName, "artifacts", "vipd", "vipd");
            if (File.Exists(candidate)) return candidate;
        }
        throw new FileNotFoundException(
            "vipd is not published: dotnet publish src/Vipd.Daemon -c Release -r linux-x64 -o artifacts/vipd");
    }
}
