using System.Text.Json.Serialization;

namespace Vipd.Daemon.Doctor;

/// <summary>How one thing stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingStatus>))]
internal enum FindingStatus
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It works, and will hurt one day.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>The virtual IP does not do what it is there for.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It could not be looked at.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,
}

/// <summary>
/// One thing that the doctor looked at. `vipd doctor -o json` prints these: fields are added, never renamed.
/// </summary>
/// <param name="Check">A name that stays, for scripts.</param>
/// <param name="Area">certificates, components, dns, wire or node.</param>
/// <param name="Found">What is so, in words; for skipped the reason.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="Fix">What to type; "" where nothing needs to be done.</param>
internal sealed record Finding(
    string Check, string Area, FindingStatus Status, string Found, string Why, string Fix);

/// <summary>A check's name and reason; its results are findings.</summary>
internal sealed record Check(string Name, string Area, string Why)
{
    public Finding Ok(string found) => new(Name, Area, FindingStatus.Ok, found, Why, "");

    public Finding Warning(string found, string fix) => new(Name, Area, FindingStatus.Warning, found, Why, fix);

    public Finding Failed(string found, string fix) => new(Name, Area, FindingStatus.Failed, found, Why, fix);

    public Finding Skipped(string reason) => new(Name, Area, FindingStatus.Skipped, reason, Why, "");
}

/// <summary>The whole of `-o json`.</summary>
internal sealed record DoctorReport(int Ok, int Warnings, int Failed, int Skipped, IReadOnlyList<Finding> Findings)
{
    public static DoctorReport Of(IReadOnlyList<Finding> findings)
    {
        int Count(FindingStatus status) => findings.Count(finding => finding.Status == status);
        return new DoctorReport(
            Count(FindingStatus.Ok),
            Count(FindingStatus.Warning),
            Count(FindingStatus.Failed),
            Count(FindingStatus.Skipped),
            findings);
    }
}

/// <summary>Generated code instead of reflection, which a trimmed file could not keep.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
