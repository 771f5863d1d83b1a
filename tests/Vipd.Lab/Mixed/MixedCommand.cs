namespace Vipd.Lab.Mixed;

/// <summary>Plays the matrix, or a part of it, and prints the table and what went wrong.</summary>
internal static class MixedCommand
{
    internal static int Run(string binary, int labs, IReadOnlyList<string> words)
    {
        var played = MixedMatrix.Play(binary, labs, (peer, options, scenario) => words.All(word =>
            $"{peer} {options.Name} / {scenario.Name}".Contains(word, StringComparison.OrdinalIgnoreCase)));
        Console.WriteLine(played.ToMarkdown());
        foreach (var cell in played.Cells.Where(cell => cell.Problem is not null))
            Console.WriteLine($"{cell.Column} / {cell.Scenario}: {cell.Problem}\n");
        return played.Cells.All(cell => cell.Problem is null) ? 0 : 1;
    }

    internal static int RunRolling(string binary)
    {
        using var rolling = new RollingReplacement(binary, MixedOptions.V3);
        var (vipd, keepalived, sent) = rolling.Play();
        Console.WriteLine($"{sent} packets sent; lost by vipd {vipd}, by keepalived {keepalived}");
        foreach (var line in rolling.Complaints()) Console.WriteLine(line);
        return vipd == 0 ? 0 : 1;
    }
}
