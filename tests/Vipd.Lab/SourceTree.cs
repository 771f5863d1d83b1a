namespace Vipd.Lab;

/// <summary>The folder of vipd.sln above this program: the lab runs inside the source tree only.</summary>
public static class SourceTree
{
    public static string Root { get; } = Find();

    public static string PathOf(string file) => Path.Combine(Root, file);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "vipd.sln")))
        {
            directory = directory.Parent
                ?? throw new InvalidOperationException("vipd-lab runs inside the source tree only");
        }

        return directory.FullName;
    }
}
