using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Doctor;

/// <summary>systemd-networkd, which removes what it does not know.</summary>
internal static class NetworkdFindings
{
    private const string NotRunning = "it does not run here";

    private static readonly Check Addresses = new(
        "systemd-networkd", "node", "networkd removes addresses that it does not know when it is restarted or a "
            + "link changes");

    private static readonly Check ForeignRoutes = new(
        "networkd-foreign-routes", "node", "networkd removes routes and routing rules that it does not know when it "
            + "is restarted, those of the network plugin too: then pods lose each other");

    public static IEnumerable<Finding> All(DoctorFacts facts) => [AddressesOf(facts), ForeignRoutesOf(facts)];

    public static Finding AddressesOf(DoctorFacts facts)
    {
        if (facts.Node.Networkd is not { } networkd)
            return Addresses.Ok(NotRunning);
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            string? name = facts.InterfaceOf(router);
            if (facts.Machine.Links.FirstOrDefault(link => link.Name == name) is not { } on
                || !networkd.Links.TryGetValue(on.Index, out NetworkdLink? link)
                || Keeps(link.KeepConfiguration, hasLifetime: router.Lease.Mode != LeaseMode.Off))
            {
                continue;
            }

            string folder = $"/etc/systemd/network/{Path.GetFileName(link.File)}.d";
            string setting = link.KeepConfiguration is { } value
                ? $"KeepConfiguration={value} in {link.File} keeps no address with a lifetime, as vipd's are"
                : $"{link.File} has no KeepConfiguration";
            return Addresses.Warning(
                $"{router.Name}: it takes the virtual IP off {name} when it is restarted, and vipd puts it back: "
                    + setting,
                $"mkdir -p {folder} && printf '[Network]\\nKeepConfiguration=yes\\n' > {folder}/vipd.conf && "
                    + "networkctl reload");
        }

        return Addresses.Ok("it leaves the virtual IPs where they are");
    }

    public static Finding ForeignRoutesOf(DoctorFacts facts)
    {
        if (facts.Node.Networkd is not { } networkd)
            return ForeignRoutes.Ok(NotRunning);
        if (facts.Manifests.Count == 0)
            return ForeignRoutes.Skipped("there is no Kubernetes here yet, and vipd sets neither routes nor rules");
        string[] missing =
        [
            .. networkd.ManagesForeignRoutes ? (string[])["ManageForeignRoutes=no"] : [],
            .. networkd.ManagesForeignRules ? (string[])["ManageForeignRoutingPolicyRules=no"] : [],
        ];
        return missing.Length == 0
            ? ForeignRoutes.Ok("it leaves routes and rules of others alone")
            : ForeignRoutes.Warning(
                $"networkd.conf lacks {string.Join(" and ", missing)}",
                $"mkdir -p /etc/systemd/networkd.conf.d && printf '[Network]\\n{string.Join("\\n", missing)}\\n' > "
                    + "/etc/systemd/networkd.conf.d/foreign.conf && systemctl restart systemd-networkd");
    }

    /// <summary>networkd takes an address that ends by itself for one from DHCP: `static` does not mean it.</summary>
    private static bool Keeps(string? value, bool hasLifetime) =>
        value is "yes" or "true" or "on" or "1"
        || (hasLifetime ? value is "dhcp" or "dynamic" : value == "static");
}
