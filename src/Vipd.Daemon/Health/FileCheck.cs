using System.Globalization;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>
/// `type: file`: whether a file is there, or the weight that it holds. Its folder is watched, so that a change is
/// probed for at once; a folder that can't be watched (yet), and whatever the watch misses, is found by the interval.
/// The framework's watcher does that: it is inotify(7), and what is seen here is judged by looking at the file alone,
/// so that lost or merged events do no harm. A watch of our own would save one thread and cost as much code again.
/// </summary>
public sealed class FileCheck(FileSettings settings, CheckAlarm alarm) : ICheck
{
    private const int MaximumLength = 64;

    private FileSystemWatcher? _watcher;

    public Task<CheckAnswer> ProbeAsync(CancellationToken stop)
    {
        // First the watch, then the look: what happens between the two rings.
        Watch();
        return Task.FromResult(Look());
    }

    public void Dispose() => _watcher?.Dispose();

    /// <summary>Reads a weight: `0`..`254` or `fault`; null when it is none.</summary>
    internal static CheckWeight? ParseWeight(string text) => text.Trim() switch
    {
        "fault" => CheckWeight.Fault,
        var number when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int amount)
            && amount <= CheckWeight.MaximumAmount => CheckWeight.Lower(amount),
        _ => null,
    };

    private CheckAnswer Look() => settings.Expect switch
    {
        FileExpectation.Exists when !Path.Exists(settings.Path) => CheckAnswer.Down($"{settings.Path} does not exist"),
        FileExpectation.Absent when Path.Exists(settings.Path) => CheckAnswer.Down($"{settings.Path} exists"),
        FileExpectation.Weight when Path.Exists(settings.Path) => ReadWeight(),
        _ => CheckAnswer.Ready,
    };

    private CheckAnswer ReadWeight()
    {
        try
        {
            using StreamReader reader = File.OpenText(settings.Path);
            char[] text = new char[MaximumLength];
            int length = reader.ReadBlock(text, 0, text.Length);
            return ParseWeight(new string(text, 0, length)) switch
            {
                { IsFault: false, Amount: 0 } => CheckAnswer.Ready,
                { } weight => CheckAnswer.NotReady($"{settings.Path} says {weight}") with { Weight = weight },
                _ => CheckAnswer.Down($"{settings.Path} does not hold a weight: 0 to 254, or fault"),
            };
        }
        catch (FileNotFoundException)
        {
            return CheckAnswer.Ready;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CheckAnswer.Down($"{settings.Path} can't be read: {e.Message}");
        }
    }

    private void Watch()
    {
        string folder = Path.GetDirectoryName(settings.Path) ?? "/";
        if (_watcher is not null && Directory.Exists(folder))
            return;
        _watcher?.Dispose();
        _watcher = null;
        try
        {
            var watcher = new FileSystemWatcher(folder);
            watcher.Changed += (_, change) => Ring(change.Name);
            watcher.Created += (_, change) => Ring(change.Name);
            watcher.Deleted += (_, change) => Ring(change.Name);
            watcher.Renamed += (_, change) =>
            {
                Ring(change.OldName);
                Ring(change.Name);
            };
            watcher.Error += (_, _) => alarm.ProbeNow();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // No folder yet, or no watch left (fs.inotify.max_user_watches): the interval is enough.
        }
    }

    /// <summary>Kubernetes' volumes change by the renaming of a link `..data` beside the file.</summary>
    private void Ring(string? name)
    {
        if (name == Path.GetFileName(settings.Path) || name?.StartsWith("..", StringComparison.Ordinal) == true)
            alarm.ProbeNow();
    }
}
