using System.Globalization;

namespace Vipd.Daemon.Configuration;

/// <summary>One entry of `checks`.</summary>
/// <param name="Name">[a-z0-9-]+, unique among checks.</param>
/// <param name="Interval">From the start of one probe to the start of the next; positive.</param>
/// <param name="Timeout">How long one probe may take; positive, may be longer than the interval.</param>
/// <param name="Rise">Good answers in a row until healthy, 1..255.</param>
/// <param name="Fall">Explicit bad answers in a row until unhealthy, 1..255.</param>
/// <param name="Weights">What each kind of bad health costs.</param>
/// <param name="Settings">What only this type of check has; its derived record is the type.</param>
public sealed record CheckConfiguration(
    string Name, TimeSpan Interval, TimeSpan Timeout, int Rise, int Fall, CheckWeights Weights, CheckSettings Settings);

/// <param name="NotReady">It answers, but not as it should: an explicit bad answer.</param>
/// <param name="Down">Refused, reset or timed out.</param>
public sealed record CheckWeights(CheckWeight NotReady, CheckWeight Down);

/// <summary>What bad health costs: the priority is lowered by a number, or the address is given up.</summary>
public readonly record struct CheckWeight
{
    public const int MaximumAmount = 254;

    private CheckWeight(int amount, bool isFault)
    {
        Amount = amount;
        IsFault = isFault;
    }

    /// <summary>The Virtual Router goes to Fault and gives its addresses up, whoever else there is.</summary>
    public static CheckWeight Fault { get; } = new(0, isFault: true);

    public bool IsFault { get; }

    /// <summary>0..254, taken off the priority; 0 when <see cref="IsFault"/>.</summary>
    public int Amount { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not in 0..254.</exception>
    public static CheckWeight Lower(int amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, MaximumAmount);
        return new CheckWeight(amount, isFault: false);
    }

    public override string ToString() => IsFault ? "fault" : Amount.ToString(CultureInfo.InvariantCulture);
}
