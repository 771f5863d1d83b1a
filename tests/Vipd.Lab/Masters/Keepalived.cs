using System.Globalization;
using Vipd.Lab.Network;

namespace Vipd.Lab.Masters;

/// <summary>Debian's keepalived as a peer: the same VRID, interval and address as vipd.yaml has.</summary>
internal static class Keepalived
{
    internal static IReadOnlyList<string> Command(LabNode node, ClusterOptions options)
    {
        var file = node.PathOf("keepalived.conf");
        File.WriteAllText(file, Configuration(options));
        return
        [
            "keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "--use-file", file,
            "--pid", node.PathOf("keepalived.pid"), "--vrrp_pid", node.PathOf("keepalived-vrrp.pid"),
        ];
    }

    private static string Configuration(ClusterOptions options) => string.Create(CultureInfo.InvariantCulture, $$"""
        global_defs {
          vrrp_version 3
          script_user root
        }
        vrrp_instance apiserver {
          state BACKUP
          interface eth0
          {{(options.VirtualMac ? "use_vmac" : "")}}
          virtual_router_id 51
          priority {{options.KeepalivedPriority}}
          advert_int {{options.EffectiveInterval.TotalSeconds:0.##}}
          virtual_ipaddress {
            {{options.Vips[0]}} {{(options.VirtualMac ? "" : "dev eth0")}}
          }
        }
        {{(options.SecondStack ? SecondStack(options) : "")}}

        """);

    private static string SecondStack(ClusterOptions options) => string.Create(CultureInfo.InvariantCulture, $$"""
        vrrp_sync_group both {
          group {
            apiserver
            apiserver-v6
          }
        }
        vrrp_instance apiserver-v6 {
          state BACKUP
          interface eth1
          virtual_router_id 51
          priority {{options.KeepalivedPriority}}
          advert_int {{options.EffectiveInterval.TotalSeconds:0.##}}
          virtual_ipaddress {
            fe80::100 dev eth1
            {{ClusterOptions.VipV6}} dev eth1
          }
        }
        """);
}
