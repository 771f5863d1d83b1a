namespace Vipd.Vrrp.Tests.Rfc9568;

/// <summary>
/// A normative sentence of RFC 9568 or a step of its state machine, in few words, and its answer: a test of this
/// project, a test elsewhere, or a reason why there is none.
/// </summary>
/// <param name="Level">MUST, SHOULD, MAY and their negations, or "step" for one of §6.4.</param>
internal sealed record Sentence(string Section, string Level, string Text)
{
    public Type? TestClass { get; init; }

    public string? Test { get; init; }

    /// <summary>A test of another project, which this one cannot see: the path of its file.</summary>
    public string? TestFile { get; init; }

    public string? Reason { get; init; }

    public static Sentence By<T>(string section, string level, string text, string test) =>
        new(section, level, text) { TestClass = typeof(T), Test = test };

    public static Sentence Elsewhere(string section, string level, string text, string file, string test) =>
        new(section, level, text) { TestFile = file, Test = test };

    public static Sentence Because(string section, string level, string text, string reason) =>
        new(section, level, text) { Reason = reason };
}
