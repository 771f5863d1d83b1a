using System.Net;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Doctor;

/// <summary>The operating system: what the kernel is told, and what runs beside vipd.</summary>
internal static class SystemFindings
{
    private const string Area = "node";

    private static readonly Version Oldest = new(5, 4);
    private static readonly Version WithAddressProtocol = new(5, 18);

    private static readonly (string Setting, int Wanted)[] ArpSettings = [("arp_ignore", 1), ("arp_announce", 2)];

    private static readonly Check NetworkManager = new(
        "networkmanager", Area, "NetworkManager removes addresses that it does not know when a connection is "
            + "brought up anew");

    private static readonly Check ReversePath = new(
        "rp_filter", Area, "strict reverse path filtering drops requests that come in by another interface than "
            + "answers leave by");

    private static readonly Check ArpAnswers = new(
        "arp_ignore", Area, "with two interfaces in one subnet the kernel answers for an address on either of them, "
            + "and asks others with it on either");

    private static readonly Check Forwarding = new(
        "ip_forward", Area, "pods reach nothing outside their node without it; kubeadm asks for it too");

    private static readonly Check Clock = new(
        "clock", Area, "certificates, tokens and the time window of signed Advertisements compare clocks");

    private static readonly Check Realtime = new(
        "realtime", Area, "on a busy node the election thread waits for its turn with all others, and "
            + "Advertisements come late");

    private static readonly Check Kernel = new(
        "kernel", Area, "vipd needs addresses with a lifetime, and marks them as its own where the kernel can");

    private static readonly Check ProcessChecks = new(
        "process-checks", Area, "a check by the name of a process that vipd may not see is down for ever");

    public static IEnumerable<Finding> All(DoctorFacts facts) =>
    [
        NetworkManagerOf(facts),
        ReversePathOf(facts),
        ArpAnswersOf(facts),
        ForwardingOf(facts),
        ClockOf(facts),
        RealtimeOf(facts),
        KernelOf(facts),
        ProcessChecksOf(facts),
    ];

    public static Finding NetworkManagerOf(DoctorFacts facts) => facts.Node.NetworkManagerRuns
        ? NetworkManager.Ok("it runs, and leaves addresses of others alone; after nmcli connection up vipd puts "
            + "the VIP back")
        : NetworkManager.Ok("it does not run here");

    public static Finding ReversePathOf(DoctorFacts facts)
    {
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            string? link = facts.InterfaceOf(router);
            bool isInside = facts.OwnAddresses.Any(own =>
                own.Holds(router.Addresses[0].Address) && facts.Machine.LinkOf(own)?.Name == link);
            // 1 is strict, 2 is loose.
            if (link is not null && !isInside && Effective(facts, link, "rp_filter") == 1)
            {
                return ReversePath.Warning(
                    $"{router.Name}: {link} filters strictly, and {router.Addresses[0].Address} is in no subnet of it",
                    $"sysctl -w net.ipv4.conf.{link}.rp_filter=2, and for good in /etc/sysctl.d");
            }
        }

        return ReversePath.Ok("requests to the virtual IPs are not filtered by it");
    }

    public static Finding ArpAnswersOf(DoctorFacts facts)
    {
        foreach (VirtualRouterConfiguration router in facts.Configuration.VirtualRouters)
        {
            IPAddress address = router.Addresses[0].Address;
            string[] links =
            [
                .. facts.OwnAddresses.Where(own => own.Holds(address))
                    .Select(own => facts.Machine.LinkOf(own)?.Name).OfType<string>().Distinct(),
            ];
            if (links.Length < 2)
                continue;
            foreach ((string setting, int wanted) in ArpSettings)
            {
                if (links.FirstOrDefault(link => Effective(facts, link, setting) < wanted) is { } loose)
                {
                    return ArpAnswers.Warning(
                        $"{string.Join(" and ", links)} are both in the subnet of {address}, and {setting} of {loose} "
                            + $"is {Effective(facts, loose, setting)}",
                        "sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2, and for good in "
                            + "/etc/sysctl.d");
                }
            }
        }

        return ArpAnswers.Ok(
            "only one interface is in the subnet of each virtual IP, or arp_ignore and arp_announce are set");
    }

    public static Finding ForwardingOf(DoctorFacts facts)
    {
        if (facts.Manifests.Count == 0)
            return Forwarding.Skipped("there is no Kubernetes here yet, and vipd alone does not need it");
        return Number(facts, "net/ipv4/ip_forward") == 1
            ? Forwarding.Ok("net.ipv4.ip_forward is 1")
            : Forwarding.Failed(
                "net.ipv4.ip_forward is 0",
                "echo net.ipv4.ip_forward=1 > /etc/sysctl.d/99-kubernetes.conf && sysctl --system");
    }

    public static Finding ClockOf(DoctorFacts facts)
    {
        if (facts.Node.IsClockSynchronised)
            return Clock.Ok("systemd-timesyncd says that it is in step");
        string? daemon = facts.Node.Processes.FirstOrDefault(process =>
            process is "chronyd" or "ntpd" or "ntpsec" or "openntpd" or "ptp4l" or "phc2sys");
        return daemon is not null
            ? Clock.Ok($"{daemon} runs")
            : Clock.Warning("nothing keeps the clock in step", "apt install chrony, or systemctl enable --now "
                + "systemd-timesyncd");
    }

    public static Finding RealtimeOf(DoctorFacts facts)
    {
        if (facts.Status is not { } status)
            return Realtime.Skipped("no vipd runs here to be asked; systemctl start vipd");
        return status.ElectionLoop.RealtimeRefusal is { } refusal
            ? Realtime.Warning(
                $"the election thread has no real-time scheduling: {refusal}",
                "start vipd by its unit, which sets LimitRTPRIO=50 and LimitMEMLOCK=infinity; in a container, add "
                    + "CAP_SYS_NICE")
            : Realtime.Ok("the election thread has real-time scheduling, or the configuration does without");
    }

    public static Finding KernelOf(DoctorFacts facts)
    {
        Version kernel = facts.Node.Kernel;
        string text = $"Linux {kernel.Major}.{kernel.Minor}";
        return kernel < Oldest ? Kernel.Failed($"{text}: vipd needs {Oldest}", "update the kernel")
            : kernel < WithAddressProtocol
                ? Kernel.Warning(
                    $"{text} has no address protocol: vipd knows its addresses by its record in /run/vipd alone",
                    $"update to {WithAddressProtocol} or later when you can")
                : Kernel.Ok($"{text} has all that vipd uses");
    }

    public static Finding ProcessChecksOf(DoctorFacts facts)
    {
        CheckConfiguration? byName = facts.Configuration.Checks.FirstOrDefault(check =>
            check.Settings is ProcessSettings { Process: not null });
        if (byName is null)
            return ProcessChecks.Ok("no check goes by the name of a process");
        return facts.Node.IsVipdBlindfolded switch
        {
            null => ProcessChecks.Skipped("no vipd runs here whose view could be looked at; run as root"),
            true => ProcessChecks.Failed(
                $"check {byName.Name} looks for {((ProcessSettings)byName.Settings).Process}, and vipd sees its own "
                    + "user's processes alone (ProtectProc=invisible in its unit)",
                "systemctl edit vipd: [Service] ProtectProc=default, then systemctl restart vipd; or give the check a "
                    + "pidFile and no name"),
            false => ProcessChecks.Ok($"check {byName.Name} looks for a name, and vipd sees all processes"),
        };
    }

    /// <summary>The kernel takes the greater of the interface's own setting and that of all.</summary>
    private static int Effective(DoctorFacts facts, string link, string setting) => Math.Max(
        Number(facts, $"net/ipv4/conf/all/{setting}"), Number(facts, $"net/ipv4/conf/{link}/{setting}"));

    private static int Number(DoctorFacts facts, string sysctl) =>
        int.TryParse(facts.Node.Sysctls.GetValueOrDefault(sysctl), out int value) ? value : 0;
}
