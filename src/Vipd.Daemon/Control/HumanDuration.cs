using System.Globalization;

namespace Vipd.Daemon.Control;

/// <summary>Durations for people.</summary>
internal static class HumanDuration
{
    /// <summary>The two largest units, as kubectl shows an age: 12s, 3m12s, 5h3m, 2d4h. Never negative.</summary>
    public static string Coarse(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "0s",
        { TotalMinutes: < 1 } => Text($"{age.Seconds}s"),
        { TotalHours: < 1 } => Text($"{age.Minutes}m{age.Seconds}s"),
        { TotalDays: < 1 } => Text($"{age.Hours}h{age.Minutes}m"),
        _ => Text($"{age.Days}d{age.Hours}h"),
    };

    /// <summary>Down to the microsecond, in the unit that fits, as the configuration would write it.</summary>
    public static string Exact(double seconds) => Math.Abs(seconds) switch
    {
        0 => "0s",
        < 1 => Text($"{seconds * 1000:0.###}ms"),
        _ => Text($"{seconds:0.###}s"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
