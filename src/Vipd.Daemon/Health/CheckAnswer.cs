namespace Vipd.Daemon.Health;

/// <summary>What one probe found, before rise and fall.</summary>
/// <param name="Class">What this answer alone says.</param>
/// <param name="Reasons">
/// Lines for people; the same finding gives the same lines, so that a comparison tells whether anything is new. A ready
/// answer may carry lines too: remarks that cost nothing.
/// </param>
public sealed record CheckAnswer(HealthClass Class, IReadOnlyList<string> Reasons)
{
    public static CheckAnswer Ready { get; } = new(HealthClass.Ready, []);

    public static CheckAnswer NotReady(params string[] reasons) => new(HealthClass.NotReady, reasons);

    public static CheckAnswer Down(params string[] reasons) => new(HealthClass.Down, reasons);
}
