using System.Globalization;

namespace Vipd.Daemon.Import;

/// <summary>keepalived's TIMER: seconds with a fraction.</summary>
internal static class Seconds
{
    /// <summary>Null when it is none, or more than a day.</summary>
    public static TimeSpan? Parse(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
        && seconds is >= 0 and <= 86_400
            ? TimeSpan.FromMilliseconds((double)Math.Round(seconds * 1000))
            : null;
}
