using Vipd.Lab;

namespace Vipd.Packaging.Tests;

/// <summary>One command of README, without its comment.</summary>
/// <param name="Place">The comment line above it: on which machines it is typed.</param>
public sealed record ReadmeCommand(string Place, string Text)
{
    public string Program => Text.Split(' ')[0];
}

/// <summary>The commands in the first code block of a section of README, in their order.</summary>
public static class ReadmeCommands
{
    public static IReadOnlyList<ReadmeCommand> Of(string section)
    {
        var block = File.ReadLines(SourceTree.PathOf("README.md"))
            .SkipWhile(line => line != $"## {section}").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .SkipWhile(line => line != "```").Skip(1)
            .TakeWhile(line => line != "```");
        var place = "";
        List<ReadmeCommand> commands = [];
        foreach (var line in block)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal)) place = line[2..];
            else commands.Add(new ReadmeCommand(place, line.Split(" #")[0].Trim()));
        }
        return commands;
    }
}
