using System.Globalization;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Health;

/// <summary>What one probe found, before rise and fall.</summary>
/// <param name="Class">What this answer alone says.</param>
/// <param name="Reasons">
/// Lines for people; the same finding gives the same lines, so that a comparison tells whether anything is new. A ready
/// answer may carry lines too: remarks that cost nothing.
/// </param>
public sealed record CheckAnswer(HealthClass Class, IReadOnlyList<string> Reasons)
{
    private const int MaximumLineLength = 400;

    public static CheckAnswer Ready { get; } = new(HealthClass.Ready, []);

    /// <summary>
    /// Parts of a line come from whoever answered (a body, the names in a certificate) and go into logs and terminals:
    /// they hold no control characters and have an end.
    /// </summary>
    public IReadOnlyList<string> Reasons { get; init; } = Printable(Reasons);

    /// <summary>Only a time limit has passed: that may be our own doing.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>What this answer costs instead of what its class does; null: what its class does.</summary>
    public CheckWeight? Weight { get; init; }

    public static CheckAnswer NotReady(params string[] reasons) => new(HealthClass.NotReady, reasons);

    public static CheckAnswer Down(params string[] reasons) => new(HealthClass.Down, reasons);

    /// <summary>Down because nothing came within the check's time limit.</summary>
    public static CheckAnswer TimedOut(params string[] reasons) => Down(reasons) with { IsTimeout = true };

    /// <summary>The same answer with remarks after its reasons.</summary>
    public CheckAnswer With(params string[] remarks) =>
        this with { Reasons = Printable([.. Reasons, .. remarks]) };

    private static string[] Printable(IReadOnlyList<string> lines) => [.. lines.Select(Printable)];

    private static string Printable(string line) =>
        string.Concat(line.Take(MaximumLineLength).Select(c => IsPrintable(c) ? c : '?'));

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
