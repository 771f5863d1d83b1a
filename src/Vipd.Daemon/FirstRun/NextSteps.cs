using System.Net;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.FirstRun;

/// <summary>What to type after `vipd init`: the rest of README's first cluster, for this machine.</summary>
internal static class NextSteps
{
    public static string Write(string file, IPAddress vip, MachineDescription machine)
    {
        string[] others =
        [
            .. (machine.Etcd?.InitialCluster ?? [])
                .Where(host => machine.Addresses.All(own => own.Address.ToString() != host)),
        ];
        string folder = Path.TrimEndingDirectorySeparator(Path.GetDirectoryName(file) is { Length: > 0 } of ? of : ".");
        IEnumerable<string> here =
        [
            .. (others.Length > 0 ? others : ["OTHER-MASTER"]).Select(host => $"scp {file} root@{host}:{folder}/"),
            "systemctl enable --now vipd",
        ];
        IEnumerable<string> there = ["systemctl enable --now vipd"];
        if (machine.Apiserver is null)
        {
            var endpoint = new IPEndPoint(vip, StaticPodManifest.DefaultSecurePort);
            here = here.Append($"kubeadm init --control-plane-endpoint {endpoint} --upload-certs");
            there = there.Append("kubeadm join …   # the line for control planes that kubeadm init prints");
        }

        return $"""
            Next, on this machine (the file is right on every master):
            {Lines(here)}
            On every other master:
            {Lines(there)}
            Then on each:
              vipd status   # one of them is Active
              vipd doctor   # what is often forgotten: certificate names, kubeconfigs, firewall

            """;
    }

    private static string Lines(IEnumerable<string> commands) =>
        string.Join('\n', commands.Select(command => $"  {command}"));
}
