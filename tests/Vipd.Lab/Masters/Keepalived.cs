using System.Globalization;
using System.Text;
using Vipd.Lab.Network;

namespace Vipd.Lab.Masters;

/// <summary>A <c>vrrp_script</c> that asks the apiserver, as kubeadm's guide writes it, with its own timing.</summary>
/// <param name="Interval">Whole seconds.</param>
/// <param name="Fall">Failures in a row that count.</param>
public sealed record KeepalivedScript(TimeSpan Interval, int Fall)
{
    /// <summary>As kubeadm's guide has it.</summary>
    public static readonly KeepalivedScript Kubeadm = new(TimeSpan.FromSeconds(3), 10);

    /// <summary>As quick as the guide's form allows.</summary>
    public static readonly KeepalivedScript Quickest = new(TimeSpan.FromSeconds(1), 2);
}

/// <summary>Debian's keepalived as a peer: the same VRIDs, interval and addresses as vipd.yaml has.</summary>
internal static class Keepalived
{
    /// <summary>Beyond these, keepalived wants addresses to be excluded from the Advertisements.</summary>
    private const int MostAdvertised = 255;

    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>What its log says once it takes part.</summary>
    internal const string TakesPart = "Entering BACKUP STATE";

    /// <summary>What its log says once the script has succeeded for the first time.</summary>
    internal const string ScriptSucceeded = "VRRP_Script(check_apiserver) succeeded";

    internal static IReadOnlyList<string> Command(LabNode node, ClusterOptions options)
    {
        var file = node.PathOf("keepalived.conf");
        File.WriteAllText(file, Configuration(node, options));
        var (parent, child) = (node.PathOf("keepalived.pid"), node.PathOf("keepalived-vrrp.pid"));
        // Whom they name has been killed; as long as the kernel has not buried it, a new one would not start.
        File.Delete(parent);
        File.Delete(child);
        return
        [
            "keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "--use-file", file,
            "--pid", parent, "--vrrp_pid", child,
        ];
    }

    private static string Configuration(LabNode node, ClusterOptions options)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line("global_defs {");
        Line("  vrrp_version 3");
        Line("  script_user root");
        foreach (var line in options.KeepalivedGlobals) Line($"  {line}");
        Line("}");
        if (options.KeepalivedScript is { } script)
        {
            Line("vrrp_script check_apiserver {");
            Line($"  script \"{WriteScript(node)}\"");
            Line(string.Create(CultureInfo.InvariantCulture, $"  interval {script.Interval.TotalSeconds:0}"));
            Line("  weight -2");
            Line(string.Create(CultureInfo.InvariantCulture, $"  fall {script.Fall}"));
            Line("  rise 2");
            Line("}");
        }
        foreach (var (vrid, vips) in options.VirtualRouters)
        {
            Line($"vrrp_instance router{vrid} {{");
            Line("  state BACKUP");
            Line("  interface eth0");
            Line($"  virtual_router_id {vrid}");
            Line($"  priority {options.PriorityOf(node) ?? options.KeepalivedPriority}");
            Line(string.Create(
                CultureInfo.InvariantCulture, $"  advert_int {options.EffectiveInterval.TotalSeconds:0.##}"));
            if (options.VirtualMac) Line("  use_vmac");
            var device = options.VirtualMac ? "" : " dev eth0";
            Line("  virtual_ipaddress {");
            foreach (var vip in vips.Take(MostAdvertised)) Line($"    {vip}{device}");
            Line("  }");
            if (vips.Count > MostAdvertised)
            {
                Line("  virtual_ipaddress_excluded {");
                foreach (var vip in vips.Skip(MostAdvertised)) Line($"    {vip}{device}");
                Line("  }");
            }
            if (options.KeepalivedScript is not null) Line("  track_script {\n    check_apiserver\n  }");
            Line("}");
        }
        if (options.SecondStack) Line(SecondStack(options));
        return text.ToString();
    }

    private static string SecondStack(ClusterOptions options) => string.Create(CultureInfo.InvariantCulture, $$"""
        vrrp_sync_group both {
          group {
            router{{VipdConfiguration.VirtualRouterId}}
            second-stack
          }
        }
        vrrp_instance second-stack {
          state BACKUP
          interface eth1
          virtual_router_id {{VipdConfiguration.VirtualRouterId}}
          priority {{options.KeepalivedPriority}}
          advert_int {{options.EffectiveInterval.TotalSeconds:0.##}}
          virtual_ipaddress {
            fe80::100 dev eth1
            {{ClusterOptions.VipV6}} dev eth1
          }
        }
        """);

    private static string WriteScript(LabNode node)
    {
        var file = node.PathOf("check_apiserver.sh");
        var url = $"https://localhost:{VipdConfiguration.ApiServerPort}/healthz";
        File.WriteAllText(file, $"""
            #!/bin/sh
            curl -sfk --max-time 2 {url} -o /dev/null || exit 1

            """);
        File.SetUnixFileMode(file, Executable);
        return file;
    }
}
