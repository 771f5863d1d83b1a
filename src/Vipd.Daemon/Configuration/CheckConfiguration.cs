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

/// <summary>What is probed and how: one derived record for each `type`.</summary>
/// <param name="Type">The name of the type as the file spells it.</param>
public abstract record CheckSettings(string Type);

/// <summary>`type: kubernetesApiserver`: an HTTPS GET over a kept connection.</summary>
/// <param name="Url">Absolute, https.</param>
/// <param name="CaFile">Absolute path; need not exist yet (before `kubeadm init` it does not).</param>
/// <param name="ServerName">The name expected in the certificate.</param>
/// <param name="InsecureSkipVerify">The certificate is not verified at all.</param>
/// <param name="ClientCertFile">Absolute path, with <paramref name="ClientKeyFile"/>, or both null.</param>
/// <param name="ClientKeyFile">Absolute path, with <paramref name="ClientCertFile"/>, or both null.</param>
/// <param name="TokenFile">Absolute path of a bearer token, or null.</param>
public sealed record KubernetesApiserverSettings(
    Uri Url,
    string CaFile,
    string ServerName,
    bool InsecureSkipVerify,
    string? ClientCertFile,
    string? ClientKeyFile,
    string? TokenFile) : CheckSettings(TypeName)
{
    public const string TypeName = "kubernetesApiserver";
}

/// <param name="NotReady">It listens and answers, but not with 200.</param>
/// <param name="Down">Refused, reset or timed out.</param>
public sealed record CheckWeights(CheckWeight NotReady, CheckWeight Down);

/// <summary>What bad health costs: the priority is lowered by a number, or the address is given up.</summary>
public readonly record struct CheckWeight
{
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
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, 254);
        return new CheckWeight(amount, isFault: false);
    }

    public override string ToString() => IsFault ? "fault" : Amount.ToString(CultureInfo.InvariantCulture);
}
