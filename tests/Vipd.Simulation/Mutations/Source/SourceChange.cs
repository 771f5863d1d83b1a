namespace Vipd.Simulation.Mutations.Source;

/// <summary>
/// A single fault, as somebody could type it: <paramref name="From"/> stands exactly once in the file; without a
/// <paramref name="To"/> a statement is forgotten.
/// </summary>
internal sealed record SourceChange(string Name, string File, string From, string To = ";");
