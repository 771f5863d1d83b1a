using System.Collections.Frozen;

namespace Vipd.Daemon.Import;

/// <summary>keepalived's keywords that have no counterpart, and what to do instead.</summary>
internal static class NotCarried
{
    private const string Mail =
        "vipd sends no mail; alert on vipd_transitions_total and vipd_state, or mail from a hook";

    private const string Lvs =
        "vipd does not set IPVS up; to share the port over all masters use `balance`, else keep a keepalived without "
        + "vrrp_instance beside vipd";

    private const string NetworkSettings =
        "belongs into the machine's network configuration (networkd, NetworkManager, ifupdown)";

    private const string Scheduling = "vipd asks for real-time scheduling and locked memory by itself; see `realtime`";
    private const string Announcing = "vipd announces at 0, 50, 150, 500 ms, 1, 2, 5 and 10 s; see `announce.after`";
    private const string Logging = "see `log`, `vipd status` and `vipd replay`";
    private const string Processes = "vipd is one process; nothing to do";

    private const string ScriptUser =
        "vipd runs checks and hooks as its own user, without capabilities; see that this user may run them";

    private static readonly FrozenDictionary<string, string> Advice = new Dictionary<string, string>
    {
        ["router_id"] = "only names the machine in mails; nothing to do",
        ["notification_email"] = Mail,
        ["notification_email_from"] = Mail,
        ["smtp_server"] = Mail,
        ["smtp_helo_name"] = Mail,
        ["smtp_connect_timeout"] = Mail,
        ["smtp_alert"] = Mail,
        ["smtp_alert_vrrp"] = Mail,
        ["smtp_alert_checker"] = Mail,
        ["no_email_faults"] = Mail,
        ["email_faults"] = Mail,
        ["script_user"] = ScriptUser,
        ["user"] = ScriptUser,
        ["enable_script_security"] = ScriptUser,
        ["script_security"] = ScriptUser,
        ["vrrp_skip_check_adv_addr"] = "vipd accepts an Advertisement with other addresses, and says so",
        ["skip_check_adv_addr"] = "vipd accepts an Advertisement with other addresses, and says so",
        ["vrrp_check_unicast_src"] = "vipd always drops what comes from no peer",
        ["check_unicast_src"] = "vipd always drops what comes from no peer",
        ["unicast_fault_no_peer"] = "vipd never falls back to multicast when there are peers",
        ["vrrp_strict"] = "vipd follows RFC 9568 without that switch; nothing to do",
        ["strict_mode"] = "vipd follows RFC 9568 without that switch; nothing to do",
        ["vrrp_iptables"] = "vipd adds no packet filter rules; nothing to do",
        ["nftables"] = "vipd adds no packet filter rules; nothing to do",
        ["vrrp_priority"] = Scheduling,
        ["vrrp_rt_priority"] = Scheduling,
        ["vrrp_rlimit_rtime"] = Scheduling,
        ["vrrp_rlimit_rttime"] = Scheduling,
        ["vrrp_no_swap"] = Scheduling,
        ["vrrp_cpu_affinity"] = "set CPUAffinity= in the unit, if it is needed",
        ["vrrp_garp_master_delay"] = Announcing,
        ["vrrp_garp_master_repeat"] = Announcing,
        ["vrrp_garp_master_refresh_repeat"] = Announcing,
        ["vrrp_garp_interval"] = Announcing,
        ["vrrp_gna_interval"] = Announcing,
        ["vrrp_garp_lower_prio_delay"] = Announcing,
        ["vrrp_garp_lower_prio_repeat"] = Announcing,
        ["garp_master_delay"] = Announcing,
        ["garp_master_repeat"] = Announcing,
        ["garp_master_refresh_repeat"] = Announcing,
        ["garp_lower_prio_delay"] = Announcing,
        ["garp_lower_prio_repeat"] = Announcing,
        ["garp_interval"] = Announcing,
        ["gna_interval"] = Announcing,
        ["garp_group"] = Announcing,
        ["vrrp_lower_prio_no_advert"] = "vipd answers a lower priority at once, as RFC 9568 says, and limits the rate",
        ["lower_prio_no_advert"] = "vipd answers a lower priority at once, as RFC 9568 says, and limits the rate",
        ["vrrp_higher_prio_send_advert"] = "a loser sends one last Advertisement after it has announced; nothing to do",
        ["higher_prio_send_advert"] = "a loser sends one last Advertisement after it has announced; nothing to do",
        ["log_unknown_vrids"] = Logging,
        ["debug"] = Logging,
        ["log_all_failures"] = Logging,
        ["process_names"] = Processes,
        ["use_pid_dir"] = Processes,
        ["instance"] = Processes,
        ["child_wait_time"] = Processes,
        ["dynamic_interfaces"] = "vipd waits for an interface that is not there yet; nothing to do",
        ["net_namespace"] = "start vipd there: NetworkNamespacePath= in the unit",
        ["linkbeat_use_polling"] = "vipd hears of the carrier from the kernel; nothing to do",
        ["linkbeat_interfaces"] = "vipd hears of the carrier from the kernel; nothing to do",
        ["interface_up_down_delays"] = "use `startupDelay` or `preemptDelay`",
        ["default_interface"] = NetworkSettings,
        ["static_ipaddress"] = NetworkSettings,
        ["static_routes"] = NetworkSettings,
        ["static_rules"] = NetworkSettings,
        ["track_group"] = NetworkSettings,
        ["virtual_routes"] = "vipd moves addresses only; set the routes in hooks.onActive and hooks.onBackup",
        ["virtual_rules"] = "vipd moves addresses only; set the rules in hooks.onActive and hooks.onBackup",
        ["lvs_sync_daemon"] = Lvs,
        ["lvs_sync_daemon_interface"] = Lvs,
        ["lvs_timeouts"] = Lvs,
        ["lvs_flush"] = Lvs,
        ["virtual_server"] = Lvs,
        ["virtual_server_group"] = Lvs,
        ["bfd_instance"] = "vipd has no BFD; an advertisementInterval of 10ms..50ms notices as soon",
        ["track_bfd"] = "vipd has no BFD; an advertisementInterval of 10ms..50ms notices as soon",
        ["enable_snmp_vrrp"] = "vipd has Prometheus metrics instead of SNMP; see `metrics`",
        ["enable_snmp_keepalived"] = "vipd has Prometheus metrics instead of SNMP; see `metrics`",
        ["enable_snmp_rfc"] = "vipd has Prometheus metrics instead of SNMP; see `metrics`",
        ["enable_traps"] = "vipd has Prometheus metrics instead of SNMP; see `metrics`",
        ["enable_dbus"] = "ask `vipd status -o json` or /active/NAME instead of D-Bus",
        ["reload_check_config"] = "vipd never takes a bad file over; nothing to do",
        ["dont_track_primary"] = "vipd always gives up when its own interface loses its carrier",
        ["state"] = "only a hint in keepalived too: every vipd starts as Backup and priorities decide",
        ["native_ipv6"] = "the family follows from the addresses; nothing to do",
        ["accept"] = "vipd always accepts packets to the virtual address; nothing to do",
        ["no_accept"] = "vipd always accepts packets to the virtual address; drop them in the packet filter if need be",
        ["promote_secondaries"] = "vipd puts an address back that goes with its primary; nothing to do",
        ["mcast_src_ip"] = "vipd sends from the interface's primary address",
        ["vmac_xmit_base"] = "vipd sends from the virtual MAC, as RFC 9568 §7.2 asks",
        ["use_vmac_addr"] = "vipd keeps all addresses of a router on one interface",
        ["use_ipvlan"] = "vipd has no ipvlan; virtualMac: true, or the node's own MAC",
        ["vmac_prefix"] = "vipd names its macvlan interfaces itself",
        ["down_timer_adverts"] = "RFC 9568 fixes it at three; change advertisementInterval",
        ["preempt_smtp_alert"] = Mail,
        ["notify_fifo"] = "use hooks, or watch `vipd status -o json`",
        ["vrrp_notify_fifo"] = "use hooks, or watch `vipd status -o json`",
        ["notify_stop"] = "vipd hands over before it stops: hooks.onBackup runs then",
        ["notify_deleted"] = "vipd has no such moment; hooks.onBackup runs when a router gives its addresses up",
        ["notify_master_rx_lower_pri"] = "use hooks.onConflict",
        ["notify_priority_changes"] = "watch vipd_priority",
        ["startup_script"] = "use ExecStartPre= in the unit",
        ["shutdown_script"] = "use ExecStopPost= in the unit",
        ["init_fail"] = "a vipd check counts as down until it has answered once",
        ["global_tracking"] = "nothing to do: checks apply to the routers that name them",
        ["vrrp_mcast_group6"] = "vipd sends to ff02::12 alone; all routers must, or use unicast",
        ["vrrp_delay_after_boot"] = "use `startupDelay`, which counts from the start of vipd",
        ["quorum_max"] = "vipd only asks whether the process runs",
        ["fork_delay"] = "use `rise` and `fall` of the check",
        ["terminate_delay"] = "use `rise` and `fall` of the check",
        ["delay"] = "use `rise` and `fall` of the check",
        ["param_match"] = "vipd looks at the name of the process",
        ["full_command"] = "vipd looks at the name of the process",
        ["init_file"] = "create the file when the machine starts, with tmpfiles.d(5)",
        ["old_unicast_checksum"] = "keepalived 1.3.6 and older alone need it; update those first",
        ["kernel_rx_buf_size"] = "vipd sets its buffers itself; nothing to do",
        ["vrrp_rx_bufs_policy"] = "vipd sets its buffers itself; nothing to do",
        ["snmp_socket"] = "vipd has Prometheus metrics instead of SNMP; see `metrics`",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>For a keyword that no translation took.</summary>
    public static ImportNote Of(Statement statement) => new(
        statement.At,
        statement.Keyword,
        Advice.GetValueOrDefault(statement.Keyword) ?? "vipd knows no counterpart of this keyword; look it up in "
            + "keepalived.conf(5), and decide whether it is needed");
}
