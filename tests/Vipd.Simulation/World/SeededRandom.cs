namespace Vipd.Simulation.World;

/// <summary>
/// SplitMix64: a seed gives the same numbers on every machine and runtime, which System.Random does not promise.
/// </summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>In [0, limit).</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>In [from, to].</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(double probability) => probability > 0 && (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>In [from, to], in whole microseconds.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to) =>
        from + TimeSpan.FromTicks((long)(Next() % (ulong)(((to - from).Ticks / 10) + 1)) * 10);

    /// <summary>
    /// Between from and to with each order of magnitude as likely as the next: short gaps matter as much as long ones.
    /// </summary>
    public TimeSpan Magnitude(TimeSpan from, TimeSpan to)
    {
        double fraction = (Next() >> 11) * (1.0 / (1UL << 53));
        double span = from.Ticks * Math.Pow((double)to.Ticks / from.Ticks, fraction);
        return TimeSpan.FromTicks((long)span / 10 * 10);
    }

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
