namespace Vipd.Daemon.Configuration;

/// <summary>What a mistyped name was meant to be.</summary>
internal static class NearestName
{
    /// <summary>Longer texts are no typing mistakes, and the comparison is quadratic.</summary>
    private const int LongestCompared = 64;

    /// <summary>"; did you mean 'x'?", or nothing when no name is near.</summary>
    public static string Hint(string text, IEnumerable<string> names) =>
        Find(text, names) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>The name with the fewest changed letters, if they are at most a third of it (but always two).</summary>
    public static string? Find(string text, IEnumerable<string> names)
    {
        if (text.Length > LongestCompared)
            return null;
        string lowered = text.ToLowerInvariant();
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string name in names)
        {
            int allowed = Math.Min(Math.Max(2, name.Length / 3), name.Length - 1);
            if (Math.Abs(text.Length - name.Length) > allowed)
                continue;
            int changes = Distance(lowered, name.ToLowerInvariant());
            if (changes <= allowed && changes < fewest)
                (nearest, fewest) = (name, changes);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(substituted, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
