namespace Vipd.Daemon.Import;

/// <summary>keepalived's names → names that vipd takes ([a-z0-9-]), each once.</summary>
internal sealed class Names
{
    private const int Longest = 63;
    private readonly HashSet<string> _taken = [];

    /// <summary>`VI_1` → `vi-1`; `vi-1-2` when that is taken.</summary>
    public string Make(string name)
    {
        string letters = string.Concat(name.ToLowerInvariant().Select(c =>
            char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-')).Trim('-');
        string wanted = letters.Length == 0 ? "unnamed" : letters[..Math.Min(letters.Length, Longest - 4)];
        string made = wanted;
        for (int i = 2; !_taken.Add(made); i++)
            made = $"{wanted}-{i}";
        return made;
    }
}
