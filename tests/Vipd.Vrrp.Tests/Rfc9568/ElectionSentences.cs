using Vipd.Vrrp.Tests.Election;

namespace Vipd.Vrrp.Tests.Rfc9568;

/// <summary>Section 6: parameters, timers and the state machine, step by step.</summary>
internal static class ElectionSentences
{
    private const string BackupFires = nameof(
        Rfc9568Tests.Backup_when_Active_Down_Timer_fires_advertises_announces_sets_Adver_Timer_and_becomes_Active);

    private const string BackupLearns = nameof(
        Rfc9568Tests.Backup_without_Preempt_Mode_or_hearing_no_lower_priority_learns_the_interval_and_resets_the_timer);

    private const string BackupIsSilent =
        nameof(Rfc9568Tests.Backup_holds_no_virtual_address_so_that_it_answers_no_ARP_and_accepts_no_packet_for_one);

    private const string ActiveYields = nameof(
        Rfc9568Tests.Active_hearing_a_higher_priority_or_an_equal_one_from_a_higher_address_becomes_Backup);

    private const string ActiveStops =
        nameof(Rfc9568Tests.Active_on_Shutdown_sends_priority_0_cancels_Adver_Timer_and_goes_to_Initialize);

    private const string OwnerStarts =
        nameof(Rfc9568Tests.Startup_of_the_address_owner_advertises_announces_sets_Adver_Timer_and_becomes_Active);

    private const string OtherStarts = nameof(
        Rfc9568Tests.Startup_of_any_other_sets_Active_Adver_Interval_and_Active_Down_Timer_and_becomes_Backup);

    public static IEnumerable<Sentence> All => [.. Parameters, .. Initialize, .. Backup, .. Active];

    private static Sentence[] Parameters =>
    [
        Step("6.1", "Priority defaults to 100",
            nameof(Rfc9568Tests.Priority_defaults_to_100_and_Preempt_Mode_to_true)),
        Step("6.1", "Preempt_Mode defaults to true",
            nameof(Rfc9568Tests.Priority_defaults_to_100_and_Preempt_Mode_to_true)),
        Step("6.1", "Active_Adver_Interval begins as Advertisement_Interval",
            nameof(Rfc9568Tests.Active_Adver_Interval_is_initialised_to_Advertisement_Interval)),
        Step("6.1", "Skew_Time",
            nameof(Rfc9568Tests.Skew_Time_is_256_less_priority_times_Active_Adver_Interval_over_256)),
        Step("6.1", "Active_Down_Interval",
            nameof(Rfc9568Tests.Skew_Time_is_256_less_priority_times_Active_Adver_Interval_over_256)),
        Step("6.1", "the owner always preempts, independent of Preempt_Mode",
            nameof(Rfc9568Tests.The_address_owner_always_preempts_independent_of_Preempt_Mode)),
        Sentence.By<ActiveTests>("6.1", "step", "Advertisement_Interval is the time between Advertisements",
            nameof(ActiveTests.An_Active_Router_advertises_every_interval_without_drift)),
        Step("6.2", "Active_Down_Timer fires after Active_Down_Interval without an Advertisement",
            nameof(Rfc9568Tests.Active_Down_Timer_fires_when_no_Advertisement_was_heard_for_Active_Down_Interval)),
        Step("6.2", "Adver_Timer triggers Advertisements",
            nameof(Rfc9568Tests.Adver_Timer_triggers_Advertisements_by_Advertisement_Interval)),
    ];

    private static Sentence[] Initialize =>
    [
        Step("6.4.1", "wait for Startup", nameof(Rfc9568Tests.Initialize_waits_for_a_Startup_event)),
        Step("6.4.1", "owner: send an Advertisement", OwnerStarts),
        Step("6.4.1", "owner: announce each address", OwnerStarts),
        Step("6.4.1", "owner: set Adver_Timer to Advertisement_Interval", OwnerStarts),
        Step("6.4.1", "owner: become Active", OwnerStarts),
        Step("6.4.1", "else: set Active_Adver_Interval to Advertisement_Interval", OtherStarts),
        Step("6.4.1", "else: set Active_Down_Timer to Active_Down_Interval", OtherStarts),
        Step("6.4.1", "else: become Backup", OtherStarts),
    ];

    private static Sentence[] Backup =>
    [
        Must("6.4.2", "MUST NOT", "answer ARP requests for the addresses", BackupIsSilent),
        Must("6.4.2", "MUST NOT", "answer Neighbor Solicitations for the addresses", BackupIsSilent),
        Must("6.4.2", "MUST NOT", "send Router Advertisements",
            nameof(Rfc9568Tests.Backup_does_nothing_on_the_network_as_long_as_it_hears_the_Active_Router)),
        Must("6.4.2", "MUST NOT", "accept packets for the addresses", BackupIsSilent),
        Must("6.4.2", "MUST", "discard packets to the virtual MAC address", BackupIsSilent),
        Step("6.4.2", "Shutdown: cancel Active_Down_Timer",
            nameof(Rfc9568Tests.Backup_on_Shutdown_cancels_Active_Down_Timer_and_goes_to_Initialize)),
        Step("6.4.2", "Shutdown: become Initialize",
            nameof(Rfc9568Tests.Backup_on_Shutdown_cancels_Active_Down_Timer_and_goes_to_Initialize)),
        Step("6.4.2", "Active_Down_Timer: send an Advertisement", BackupFires),
        Step("6.4.2", "Active_Down_Timer: announce each address", BackupFires),
        Step("6.4.2", "Active_Down_Timer: set Adver_Timer to Advertisement_Interval", BackupFires),
        Step("6.4.2", "Active_Down_Timer: become Active", BackupFires),
        Sentence.By<ActiveTests>("6.4.2", "step", "Active_Down_Timer: the learned interval is not one's own",
            nameof(ActiveTests.Learned_intervals_are_forgotten_when_a_router_becomes_Active)),
        Step("6.4.2", "priority 0: set Active_Down_Timer to Skew_Time",
            nameof(Rfc9568Tests.Backup_hearing_priority_0_sets_Active_Down_Timer_to_Skew_Time)),
        Step("6.4.2", "other: learn Active_Adver_Interval", BackupLearns),
        Step("6.4.2", "other: recompute Skew_Time and Active_Down_Interval", BackupLearns),
        Step("6.4.2", "other: reset Active_Down_Timer", BackupLearns),
        Step("6.4.2", "other, lower and Preempt_Mode: discard",
            nameof(Rfc9568Tests
                .Backup_hearing_a_lower_priority_with_Preempt_Mode_discards_the_Advertisement_and_takes_over)),
    ];

    private static Sentence[] Active =>
    [
        Sentence.By<ClaimTests>("6.4.3", "MUST", "answer ARP and Neighbor Solicitations: the addresses are there",
            nameof(ClaimTests.A_take_over_advertises_then_adds_then_announces)),
        Sentence.By<ActiveTests>("6.4.3", "MUST", "accept packets for the addresses, also after one was removed",
            nameof(ActiveTests.An_address_that_somebody_removed_comes_back_at_once)),
        Sentence.Because("6.4.3", "MUST", "send Router Advertisements",
            "vipd keeps a service's address, it is nobody's default router"),
        Step("6.4.3", "Shutdown: cancel Adver_Timer", ActiveStops),
        Step("6.4.3", "Shutdown: send priority 0", ActiveStops),
        Step("6.4.3", "Shutdown: become Initialize", ActiveStops),
        Step("6.4.3", "Adver_Timer: send an Advertisement",
            nameof(Rfc9568Tests.Active_when_Adver_Timer_fires_advertises_and_resets_it)),
        Step("6.4.3", "Adver_Timer: reset it",
            nameof(Rfc9568Tests.Active_when_Adver_Timer_fires_advertises_and_resets_it)),
        Step("6.4.3", "priority 0: send an Advertisement",
            nameof(Rfc9568Tests.Active_hearing_priority_0_advertises_and_resets_Adver_Timer)),
        Step("6.4.3", "priority 0: reset Adver_Timer",
            nameof(Rfc9568Tests.Active_hearing_priority_0_advertises_and_resets_Adver_Timer)),
        Step("6.4.3", "higher priority: yield", ActiveYields),
        Step("6.4.3", "equal priority and higher address: yield", ActiveYields),
        Sentence.By<ValueTypeTests>("6.4.3", "step", "addresses are compared as unsigned numbers in network order",
            nameof(ValueTypeTests.Addresses_are_ordered_as_unsigned_numbers_and_IPv4_before_IPv6)),
        Step("6.4.3", "yield: cancel Adver_Timer",
            nameof(Rfc9568Tests.Active_that_yields_sends_nothing_more_by_itself)),
        Step("6.4.3", "yield: learn Active_Adver_Interval", ActiveYields),
        Step("6.4.3", "yield: recompute Skew_Time and Active_Down_Interval", ActiveYields),
        Step("6.4.3", "yield: set Active_Down_Timer", ActiveYields),
        Step("6.4.3", "yield: become Backup", ActiveYields),
        Step("6.4.3", "a worse one: discard the Advertisement",
            nameof(Rfc9568Tests.Active_hearing_a_worse_one_discards_it_and_advertises_immediately)),
        Step("6.4.3", "a worse one: send an Advertisement immediately",
            nameof(Rfc9568Tests.Active_hearing_a_worse_one_discards_it_and_advertises_immediately)),
        Step("6.4.3", "of two equals exactly one yields",
            nameof(Rfc9568Tests
                .Of_two_Active_Routers_with_equal_priority_exactly_the_one_with_the_lower_address_yields)),
    ];

    private static Sentence Step(string section, string text, string test) =>
        Sentence.By<Rfc9568Tests>(section, "step", text, test);

    private static Sentence Must(string section, string level, string text, string test) =>
        Sentence.By<Rfc9568Tests>(section, level, text, test);
}
