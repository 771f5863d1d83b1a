using System.Globalization;

namespace Vipd.Vrrp;

/// <summary>
/// A reading of a clock that only goes forward, in nanoseconds since an arbitrary origin (Linux: CLOCK_BOOTTIME, so
/// that a suspended machine knows how long it was away). It is passed in; nothing in this project reads a clock.
/// </summary>
public readonly record struct MonotonicTime(long Nanoseconds) : IComparable<MonotonicTime>
{
    /// <summary>Later than every reading: a deadline that is not set.</summary>
    public static readonly MonotonicTime Never = new(long.MaxValue);

    /// <summary>Earlier than every reading.</summary>
    public static readonly MonotonicTime Origin = new(0);

    public static MonotonicTime Min(MonotonicTime a, MonotonicTime b) => a.Nanoseconds <= b.Nanoseconds ? a : b;

    public static MonotonicTime Max(MonotonicTime a, MonotonicTime b) => a.Nanoseconds >= b.Nanoseconds ? a : b;

    /// <summary>Saturates at <see cref="Never"/>.</summary>
    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span)
    {
        long sum = unchecked(time.Nanoseconds + (span.Ticks * 100));
        return sum < time.Nanoseconds && span.Ticks > 0 ? Never : new MonotonicTime(sum);
    }

    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier) =>
        TimeSpan.FromTicks((later.Nanoseconds - earlier.Nanoseconds) / 100);

    public static bool operator <(MonotonicTime left, MonotonicTime right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(MonotonicTime left, MonotonicTime right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(MonotonicTime left, MonotonicTime right) => left.Nanoseconds >= right.Nanoseconds;

    public int CompareTo(MonotonicTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString() =>
        this == Never ? "never" : string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / 1e9:F6}s");
}
