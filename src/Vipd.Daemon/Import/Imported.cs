using System.Net;

namespace Vipd.Daemon.Import;

/// <summary>What a failing tracker costs: an amount of priority, or null: the address is given up.</summary>
internal readonly record struct ImportedWeight(int? Amount)
{
    public static ImportedWeight Fault { get; } = new(null);

    public override string ToString() => Amount is { } amount ? $"{amount}" : "fault";
}

/// <summary>One entry of `checks`.</summary>
/// <param name="Lines">Its own keys, each as it is written, without the weight.</param>
/// <param name="Kind">Whether it has `weight` or `weights`.</param>
internal sealed record ImportedCheck(
    string Name, string Type, IReadOnlyList<string> Lines, ImportedWeight Weight, WeightKind Kind, string Origin);

internal enum WeightKind
{
    /// <summary>`weight`.</summary>
    Single,

    /// <summary>`weights` with notReady and down alike.</summary>
    Both,

    /// <summary>None: the file that is looked at says how much.</summary>
    OfFile,

    /// <summary>`weights` with notReady 0: any answer was good to the script that it replaces.</summary>
    DownOnly,
}

/// <param name="IsAdvertised">False: held, but not named in the Advertisement.</param>
internal sealed record ImportedAddress(IPAddress Address, int PrefixLength, bool IsAdvertised)
{
    public override string ToString() => $"{Address}/{PrefixLength}";
}

internal sealed record ImportedInterface(string Name, int Weight);

/// <summary>`authentication` of a router.</summary>
internal sealed record ImportedAuthentication(
    string Type, IReadOnlyList<string> Lines, IReadOnlyList<(int Id, string File)> Keys);

/// <summary>One entry of `virtualRouters`.</summary>
internal sealed record ImportedRouter(string Name, string Origin)
{
    public int Vrid { get; set; }

    public string Interface { get; set; } = "";

    public int Version { get; set; } = 3;

    public int Priority { get; set; } = 100;

    public TimeSpan AdvertisementInterval { get; set; } = TimeSpan.FromSeconds(1);

    public bool Preempt { get; set; } = true;

    public TimeSpan PreemptDelay { get; set; }

    public TimeSpan StartupDelay { get; set; }

    public TimeSpan? AnnounceRefresh { get; set; }

    public bool VirtualMac { get; set; }

    public List<ImportedAddress> Addresses { get; init; } = [];

    public List<string> Peers { get; init; } = [];

    public string? UnicastSource { get; set; }

    public int? MinimumTtl { get; set; }

    public ImportedAuthentication? Authentication { get; set; }

    public List<string> Checks { get; init; } = [];

    public List<ImportedInterface> TrackInterfaces { get; init; } = [];

    /// <summary>onActive … → argv.</summary>
    public SortedDictionary<string, IReadOnlyList<string>> Hooks { get; init; } = new(StringComparer.Ordinal);
}

internal sealed record ImportedGroup(string Name, List<string> Members);
