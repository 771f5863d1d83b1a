using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Configuration;

/// <summary>Gathers what is wrong with one file, in whatever order the readers come upon it.</summary>
internal sealed class ErrorList(string file)
{
    private readonly List<ConfigurationError> _errors = [];

    public int Count => _errors.Count;

    /// <summary>Set when the format is to be described while a text is read.</summary>
    public FormatNotes? Notes { get; init; }

    public void Add(Position at, string message) =>
        _errors.Add(new ConfigurationError(file, at.Line, at.Column, message));

    /// <summary>In the order of the file. A value that is aliased twice is wrong twice but is told once.</summary>
    public IReadOnlyList<ConfigurationError> InOrder() =>
        [.. _errors.Distinct().OrderBy(error => error.Line).ThenBy(error => error.Column)];
}
