using System.Text.Json;

namespace Vipd.Daemon.Doctor;

/// <summary>Cluster DNS: all of it on the master that dies is an outage that no virtual IP prevents.</summary>
internal static class DnsFindings
{
    private const string Area = "dns";
    private const string Why = "while no DNS pod answers, nothing in the cluster finds anything by name";

    private static readonly Check Replicas = new("dns-replicas", Area, Why);

    private static readonly Check Spread = new("dns-spread", Area, Why);

    public static IEnumerable<Finding> All(DoctorFacts facts) => [ReplicasOf(facts), SpreadOf(facts)];

    public static Finding ReplicasOf(DoctorFacts facts)
    {
        if (Deployment(facts) is not { } deployment)
            return Replicas.Skipped(Reason(facts));
        string name = ApiLists.Text(deployment, "metadata", "name");
        int wanted = Number(deployment, "spec", "replicas") ?? 1;
        int available = Number(deployment, "status", "availableReplicas") ?? 0;
        string scale = $"kubectl -n kube-system scale deployment {name} --replicas=2";
        return wanted < 2 ? Replicas.Failed($"{name} has {wanted} replica", scale)
            : available < 2
                ? Replicas.Warning(
                    $"{available} of {wanted} replicas of {name} are available",
                    "kubectl -n kube-system describe pods -l k8s-app=kube-dns")
                : Replicas.Ok($"{available} of {wanted} replicas of {name} are available");
    }

    public static Finding SpreadOf(DoctorFacts facts)
    {
        if (Deployment(facts) is not { } deployment)
            return Spread.Skipped(Reason(facts));
        string name = ApiLists.Text(deployment, "metadata", "name");
        JsonElement pod = ApiLists.At(deployment, "spec", "template", "spec") ?? default;
        bool isSpread = ApiLists.At(pod, "affinity", "podAntiAffinity") is not null
            || ApiLists.At(pod, "topologySpreadConstraints") is { ValueKind: JsonValueKind.Array };
        string[] nodes = facts.Api.DnsPods is { } pods
            ? [.. ApiLists.Items(pods).Select(item => ApiLists.Text(item, "spec", "nodeName")).Where(
                node => node.Length > 0)]
            : [];
        string restart = $"kubectl -n kube-system rollout restart deployment {name}";
        if (nodes.Length > 1 && nodes.Distinct().Count() == 1)
        {
            return Spread.Failed(
                $"all {nodes.Length} pods of {name} are on {nodes[0]}",
                isSpread ? restart : $"give it a podAntiAffinity on kubernetes.io/hostname, then {restart}");
        }

        return isSpread
            ? Spread.Ok($"{name} keeps its pods apart")
            : Spread.Warning(
                $"{name} has neither podAntiAffinity nor topologySpreadConstraints: its pods may meet on one node",
                $"kubectl -n kube-system edit deployment {name}: add a podAntiAffinity on kubernetes.io/hostname");
    }

    private static JsonElement? Deployment(DoctorFacts facts) =>
        facts.Api.DnsDeployments is { } list && ApiLists.Items(list) is [var first, ..] ? first : null;

    private static string Reason(DoctorFacts facts) =>
        facts.Api.Problem ?? "kube-system has no deployment with the label k8s-app=kube-dns";

    private static int? Number(JsonElement element, params ReadOnlySpan<string> path) =>
        ApiLists.At(element, path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int value)
            ? value
            : null;
}
