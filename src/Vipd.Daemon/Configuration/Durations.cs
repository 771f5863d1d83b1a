using System.Globalization;
using Vipd.Daemon.Configuration.Schema;
using Vipd.Vrrp;

namespace Vipd.Daemon.Configuration;

/// <summary>`10ms`, `1.5s`, `2m`; zero may go without a unit.</summary>
internal static class Durations
{
    /// <summary>Nothing in vipd waits longer; it keeps every sum of durations far from overflow.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly (string Suffix, long Ticks)[] Units =
        [("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute)];

    private static readonly ScalarShape.Text Shape = new("^[0-9]+([.][0-9]+)?(ms|s|m)$");

    public static ScalarFormat<TimeSpan> Between(TimeSpan min, TimeSpan max) => ScalarFormats.Shaped<TimeSpan>(
        min == TimeSpan.Zero ? new ScalarShape.Either(Shape, new ScalarShape.Whole(0, 0)) : Shape, text =>
    {
        if (!TryParse(text, out TimeSpan value))
            return Parsed<TimeSpan>.Bad("is not a duration such as 10ms, 1.5s or 2m");
        return value >= min && value <= max
            ? value
            : Parsed<TimeSpan>.Bad($"is not between {Format(min)} and {Format(max)}");
    });

    public static ScalarFormat<TimeSpan> UpToADay { get; } = Between(TimeSpan.Zero, Longest);

    public static ScalarFormat<TimeSpan> UpToAMinute { get; } = Between(TimeSpan.Zero, TimeSpan.FromMinutes(1));

    /// <summary>A poll or a time limit of zero would spin or always fail.</summary>
    public static ScalarFormat<TimeSpan> Positive { get; } = Between(TimeSpan.FromMilliseconds(1), Longest);

    public static ScalarFormat<Centiseconds> AdvertisementInterval { get; } = ScalarFormats.Shaped<Centiseconds>(
        Shape, static text =>
    {
        Parsed<TimeSpan> parsed =
            Between(new Centiseconds(1).ToTimeSpan(), new Centiseconds(4095).ToTimeSpan())(text);
        if (parsed.Problem is { } problem)
            return Parsed<Centiseconds>.Bad(problem);
        const long TicksPerCentisecond = TimeSpan.TicksPerSecond / 100;
        return parsed.Value.Ticks % TicksPerCentisecond == 0
            ? new Centiseconds((int)(parsed.Value.Ticks / TicksPerCentisecond))
            : Parsed<Centiseconds>.Bad("is not a multiple of 10ms, the unit of an Advertisement");
    });

    public static ScalarFormat<LeaseOptions> Lease { get; } = ScalarFormats.Shaped<LeaseOptions>(
        new ScalarShape.Either(new ScalarShape.Words("auto", "off"), Shape), static text =>
    {
        if (text == "auto")
            return LeaseOptions.Auto;
        if (text == "off")
            return LeaseOptions.Off;
        return TryParse(text, out TimeSpan value)
            && value >= TimeSpan.FromSeconds(1) && value <= Longest && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? LeaseOptions.Fixed(value)
            : Parsed<LeaseOptions>.Bad("is not auto, off, or whole seconds from 1s");
    });

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
            return true;
        foreach ((string suffix, long ticks) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
                return TryScale(text[..^suffix.Length], ticks, out value);
        }

        return false;
    }

    public static string Format(TimeSpan value)
    {
        (string suffix, long ticks) =
            value >= TimeSpan.FromMinutes(2) && value.Ticks % TimeSpan.TicksPerMinute == 0 ? Units[2]
            : value == TimeSpan.Zero || value >= TimeSpan.FromSeconds(1) ? Units[1]
            : Units[0];
        return ((decimal)value.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static bool TryScale(string number, long ticksPerUnit, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (number.Length is 0 or > 20 || !char.IsAsciiDigit(number[0]) || !char.IsAsciiDigit(number[^1])
            || !decimal.TryParse(
                number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal units)
            || units > 1_000_000_000)
        {
            return false;
        }

        decimal ticks = units * ticksPerUnit;
        value = TimeSpan.FromTicks((long)ticks);
        return ticks == decimal.Truncate(ticks);
    }
}
