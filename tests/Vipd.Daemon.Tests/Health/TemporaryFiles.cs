namespace Vipd.Daemon.Tests.Health;

internal sealed class TemporaryFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vipd-health-").FullName;

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    /// <summary>Replaces the file as careful writers do, by renaming; returns its path.</summary>
    public string Write(string name, string content)
    {
        string path = Path(name);
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>A copy of a program under another name; returns its path.</summary>
    public string Copy(string program, string name)
    {
        File.Copy(program, Path(name));
        return Path(name);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
