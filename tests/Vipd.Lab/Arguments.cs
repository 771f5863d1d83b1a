using System.Globalization;

namespace Vipd.Lab;

/// <summary>A command, then options that take a value, flags, and plain words, in any order.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _words = [];

    internal Arguments(
        IReadOnlyList<string> arguments, IReadOnlyCollection<string> options, IReadOnlyCollection<string> flags)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (flags.Contains(argument)) _options[argument] = "";
            else if (options.Contains(argument) && i + 1 < arguments.Count) _options[argument] = arguments[++i];
            else if (argument.StartsWith('-'))
                throw new FormatException($"unknown option or missing value: {argument}");
            else _words.Add(argument);
        }
    }

    internal IReadOnlyList<string> Words => _words;

    internal bool Has(string flag) => _options.ContainsKey(flag);

    internal string Text(string option, string? otherwise = null) =>
        _options.GetValueOrDefault(option) ?? otherwise ?? throw new FormatException($"{option} is missing");

    internal int Number(string option, int otherwise) =>
        _options.TryGetValue(option, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
