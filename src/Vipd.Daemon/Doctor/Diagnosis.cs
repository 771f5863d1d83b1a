namespace Vipd.Daemon.Doctor;

/// <summary>Facts → all findings, in the order of the areas.</summary>
internal static class Diagnosis
{
    public static DoctorReport Of(DoctorFacts facts) => DoctorReport.Of(
    [
        .. CertificateFindings.All(facts),
        .. ComponentFindings.All(facts),
        .. DnsFindings.All(facts),
        .. WireFindings.All(facts),
        FirewallFindings.Of(facts.Firewall, facts.Configuration.VirtualRouters),
        .. NodeFindings.All(facts),
        .. NetworkdFindings.All(facts),
        .. SystemFindings.All(facts),
    ]);
}
