using System.Globalization;
using System.Text.RegularExpressions;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>The control plane's own components: does a master's death leave a control plane?</summary>
internal static partial class ComponentFindings
{
    private const string Area = "components";
    private const string NoManifests = "/etc/kubernetes/manifests is empty: kubeadm has not run here";

    private static readonly string[] Expected = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];

    private static readonly Check LeaderElection = new(
        "leader-election", Area, "without it each master's scheduler and controller manager act at the same time");

    private static readonly Check EtcdMembers = new(
        "etcd-members", Area, "etcd goes on while more than half of its members live: three bear the loss of one, "
            + "two of none");

    private static readonly Check Manifests = new(
        "static-pods", Area, "a master that lacks a component can't take over from one that has it");

    private static readonly Check Readyz = new(
        "apiserver-readyz", Area, "this is what vipd asks; an answer that is always bad makes all masters look alike");

    private static readonly Check Anonymous = new(
        "anonymous-auth", Area, "without anonymous requests /readyz answers 401 whether the API server is well or not");

    private static readonly Check ShutdownDelay = new(
        "shutdown-delay", Area, "an API server that is restarted on purpose should say so before it closes its port");

    public static IEnumerable<Finding> All(DoctorFacts facts) =>
    [
        LeaderElectionOf(facts, "kube-scheduler"),
        LeaderElectionOf(facts, "kube-controller-manager"),
        EtcdMembersOf(facts),
        ManifestsOf(facts),
        ReadyzOf(facts),
        AnonymousOf(facts),
        ShutdownDelayOf(facts),
    ];

    public static Finding LeaderElectionOf(DoctorFacts facts, string component)
    {
        if (facts.Manifests.GetValueOrDefault(component) is not { } manifest)
            return LeaderElection.Skipped($"{component} has no manifest in /etc/kubernetes/manifests");
        // The components' own default is true.
        return manifest.Flag("leader-elect") is null or "true"
            ? LeaderElection.Ok($"{component} elects a leader")
            : LeaderElection.Failed(
                $"{component} has --leader-elect={manifest.Flag("leader-elect")}",
                $"in {manifest.File} write --leader-elect=true; the kubelet restarts it by itself");
    }

    public static Finding EtcdMembersOf(DoctorFacts facts)
    {
        if (!facts.Manifests.TryGetValue("etcd", out StaticPodManifest? etcd))
        {
            return EtcdMembers.Skipped(facts.Manifests.Count == 0
                ? NoManifests
                : "etcd does not run on the masters; look at it where it runs");
        }

        // A member's manifest names those that were there when it joined: the API knows all of them by now.
        int masters = facts.Api.Nodes is { } nodes ? ApiLists.ControlPlaneNodes(nodes) : 0;
        int members = Math.Max(etcd.InitialCluster.Count, masters);
        const string fix = "kubeadm join … --control-plane on further machines, until there are three (or five)";
        return members < 3
            ? EtcdMembers.Warning($"{members} known here: the loss of one stops the cluster", fix)
            : members % 2 == 0
                ? EtcdMembers.Warning($"{members} members bear no more losses than {members - 1}", fix)
                : EtcdMembers.Ok($"{members} members");
    }

    public static Finding ManifestsOf(DoctorFacts facts)
    {
        if (facts.Manifests.Count == 0)
            return Manifests.Skipped(NoManifests);
        List<string> missing = [.. Expected.Where(component => !facts.Manifests.ContainsKey(component))];
        string servers = facts.Manifests.GetValueOrDefault("kube-apiserver")?.Flag("etcd-servers") ?? "";
        bool isStacked = servers.Contains("127.0.0.1", StringComparison.Ordinal)
            || servers.Contains("[::1]", StringComparison.Ordinal)
            || servers.Contains("localhost", StringComparison.Ordinal);
        if (isStacked && !facts.Manifests.ContainsKey("etcd"))
            missing.Add("etcd");
        return missing.Count == 0
            ? Manifests.Ok("all of a master's components have manifests")
            : Manifests.Failed(
                $"no manifest of {string.Join(", ", missing)}",
                "kubeadm init phase control-plane all (and, for etcd, kubeadm join phase control-plane-join etcd)");
    }

    public static Finding ReadyzOf(DoctorFacts facts)
    {
        if (facts.Readyz is not { } answer)
            return Readyz.Skipped("the configuration has no check of type kubernetesApiserver");
        string reasons = answer.Reasons.Count == 0 ? "" : $" ({string.Join("; ", answer.Reasons)})";
        return answer.Class switch
        {
            "ready" => Readyz.Ok($"check {answer.Check}: ready{reasons}"),
            "notReady" => Readyz.Warning(
                $"check {answer.Check}: it answers, but not that it is ready{reasons}",
                "kubectl get --raw '/readyz?verbose' names the part that fails; with 401 or 403 give the check a "
                    + "credential"),
            _ when facts.Manifests.Count == 0 => Readyz.Skipped($"check {answer.Check}: no API server yet{reasons}"),
            _ => Readyz.Failed(
                $"check {answer.Check}: down{reasons}",
                "crictl ps -a --name kube-apiserver, and crictl logs of it; compare url, caFile and serverName in "
                    + "vipd.yaml"),
        };
    }

    public static Finding AnonymousOf(DoctorFacts facts)
    {
        if (facts.Machine.Apiserver is not { } apiserver)
            return Anonymous.Skipped("kube-apiserver has no manifest in /etc/kubernetes/manifests");
        CheckConfiguration[] without =
        [
            .. facts.Configuration.Checks.Where(check =>
                check.Settings is KubernetesApiserverSettings { ClientCertFile: null, TokenFile: null }),
        ];
        if (apiserver.Flag("anonymous-auth") is null or "true")
            return Anonymous.Ok("anonymous requests are answered");
        return without.Length == 0
            ? Anonymous.Ok("anonymous requests are refused, and the check has a credential")
            : Anonymous.Failed(
                $"kube-apiserver has --anonymous-auth=false, and check {without[0].Name} has no credential",
                "in vipd.yaml give the check clientCertFile and clientKeyFile, or tokenFile, readable for the user "
                    + "vipd");
    }

    public static Finding ShutdownDelayOf(DoctorFacts facts)
    {
        if (facts.Machine.Apiserver is not { } apiserver)
            return ShutdownDelay.Skipped("kube-apiserver has no manifest in /etc/kubernetes/manifests");
        CheckConfiguration? check =
            facts.Configuration.Checks.FirstOrDefault(check => check.Settings is KubernetesApiserverSettings);
        if (check is null)
            return ShutdownDelay.Skipped("the configuration has no check of type kubernetesApiserver");
        // Until the check says so, and the address has moved.
        TimeSpan needed = (check.Interval * check.Fall) + check.Interval + TimeSpan.FromMilliseconds(250);
        string text = apiserver.Flag("shutdown-delay-duration") ?? "0s";
        TimeSpan delay = GoDuration(text);
        string seconds = needed.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture);
        return delay >= needed
            ? ShutdownDelay.Ok($"{text}, and check {check.Name} needs {seconds} s")
            : ShutdownDelay.Warning(
                $"--shutdown-delay-duration is {text}, and check {check.Name} needs {seconds} s to move the "
                    + "address away",
                $"in {apiserver.File} write --shutdown-delay-duration={Math.Ceiling(needed.TotalSeconds)}s or more");
    }

    /// <summary>Go's `1m30s`, as far as people write it.</summary>
    private static TimeSpan GoDuration(string text)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach (Match part in DurationPart().Matches(text))
        {
            double value = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            sum += part.Groups[2].Value switch
            {
                "h" => TimeSpan.FromHours(value),
                "m" => TimeSpan.FromMinutes(value),
                "ms" => TimeSpan.FromMilliseconds(value),
                _ => TimeSpan.FromSeconds(value),
            };
        }

        return sum;
    }

    // Six digits are more than eleven days in seconds.
    [GeneratedRegex(@"(\d{1,6}(?:\.\d{1,6})?)(h|ms|m|s)")]
    private static partial Regex DurationPart();
}
