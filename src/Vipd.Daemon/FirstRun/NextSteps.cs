using System.Net;
using System.Net.Sockets;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.FirstRun;

/// <summary>What to type after `vipd init`.</summary>
internal static class NextSteps
{
    public static string Write(string file, IPAddress vip, MachineDescription machine)
    {
        string[] others =
        [
            .. (machine.Etcd?.InitialCluster ?? [])
                .Where(host => machine.Addresses.All(own => own.Address.ToString() != host)),
        ];
        IEnumerable<string> copies = (others.Length > 0 ? others : ["OTHER-MASTER"]).Select(host =>
            $"  scp {file} root@{host}:{file}");
        int port = machine.Apiserver?.SecurePort ?? StaticPodManifest.DefaultSecurePort;
        string endpoint = vip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{vip}]:{port}" : $"{vip}:{port}";
        string last = machine.Apiserver is null
            ? $"  kubeadm init --control-plane-endpoint {endpoint} --upload-certs    # here, with vipd running"
            : "  vipd doctor                       # what is often forgotten: certificate names, kubeconfigs, firewall";
        return $"""
            Next, on every other master (the file is the same everywhere):
            {string.Join('\n', copies)}
            Then on each master:
              systemctl enable --now vipd
              vipd status                       # one of them is Active
            {last}

            """;
    }
}
