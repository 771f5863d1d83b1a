using Vipd.Vrrp.Tests.Election;
using Vipd.Vrrp.Tests.Wire;

namespace Vipd.Vrrp.Tests.Rfc9568;

/// <summary>Sections 5, 7 and 8: the packet, its sending and receiving, ARP and ND.</summary>
internal static class WireSentences
{
    private const string SocketTests = "tests/Vipd.Linux.Tests/Sockets/RawIpSocketTests.cs";
    private const string ArrivesWithTtl = "What_is_sent_to_the_group_arrives_with_source_and_TTL";

    private const string KernelForwards =
        "Linux forwards nothing that was sent to a link-local group, whatever its TTL";

    private const string VirtualMacTests = "tests/Vipd.Daemon.Tests/Runtime/VirtualMacTests.cs";

    private const string NoProxy =
        "vipd does not switch proxy ARP on; who does has the macvlan's address in the answers";

    private const string NoRouter =
        "vipd keeps a service's address, it is nobody's default router: no Router Advertisement";

    public static IEnumerable<Sentence> All => [.. Section5, .. Section7, .. Section8];

    private static Sentence[] Section5 =>
    [
        Sentence.Because("5.1.1.2", "MUST NOT", "forward a datagram to 224.0.0.18", KernelForwards),
        Sentence.Elsewhere("5.1.1.3", "MUST", "send with TTL 255", SocketTests, ArrivesWithTtl),
        Sentence.By<ReceiveChecksTests>("5.1.1.3", "MUST", "discard a packet whose TTL is not 255",
            nameof(ReceiveChecksTests.A_multicast_TTL_other_than_255_is_refused)),
        Sentence.By<Rfc9568WireTests>("5.1.1.4", "step", "the protocol number is 112",
            nameof(Rfc9568WireTests.The_protocol_number_is_112)),
        Sentence.Because("5.1.2.2", "MUST NOT", "forward a datagram to ff02::12", KernelForwards),
        Sentence.By<Rfc9568WireTests>("5.1.2.3", "MUST", "discard a packet whose hop limit is not 255",
            nameof(Rfc9568WireTests.A_hop_limit_other_than_255_is_refused)),
        Sentence.By<Rfc9568WireTests>("5.2.1", "step", "the version field is 3",
            nameof(Rfc9568WireTests.Version_and_type_are_3_and_1)),
        Sentence.By<Rfc9568WireTests>("5.2.2", "step", "the only type is 1, ADVERTISEMENT",
            nameof(Rfc9568WireTests.Version_and_type_are_3_and_1)),
        Sentence.By<ReceiveChecksTests>("5.2.2", "MUST", "discard a packet with unknown type",
            nameof(ReceiveChecksTests.A_type_other_than_ADVERTISEMENT_is_refused)),
        Sentence.By<ValueTypeTests>("5.2.3", "step", "a VRID is 1..255",
            nameof(ValueTypeTests.A_VRID_outside_1_to_255_cannot_be_built)),
        Sentence.By<ValueTypeTests>("5.2.4", "step", "higher values are higher priorities",
            nameof(ValueTypeTests.Priorities_are_ordered_by_value)),
        Sentence.By<Rfc9568WireTests>("5.2.4", "MUST", "the owner's priority is 255",
            nameof(Rfc9568WireTests.The_owner_has_255_and_a_Backup_Router_never_becomes_255_or_0)),
        Sentence.By<Rfc9568WireTests>("5.2.4", "MUST", "Backup Routers use 1..254",
            nameof(Rfc9568WireTests.The_owner_has_255_and_a_Backup_Router_never_becomes_255_or_0)),
        Sentence.By<Rfc9568Tests>("5.2.4", "step", "the default is 100",
            nameof(Rfc9568Tests.Priority_defaults_to_100_and_Preempt_Mode_to_true)),
        Sentence.By<Rfc9568Tests>("5.2.4", "step", "0 says that the Active Router stops taking part",
            nameof(Rfc9568Tests.Active_on_Shutdown_sends_priority_0_cancels_Adver_Timer_and_goes_to_Initialize)),
        Sentence.By<AdvertisementTests>("5.2.5", "step", "the count is that of the addresses, at least 1",
            nameof(AdvertisementTests.It_carries_255_addresses_and_keeps_their_order)),
        Sentence.By<ReceiveChecksTests>("5.2.5", "MUST", "ignore an Advertisement without addresses",
            nameof(ReceiveChecksTests.A_message_without_addresses_is_refused)),
        Sentence.By<Rfc9568WireTests>("5.2.6", "MUST", "send Reserve as zero",
            nameof(Rfc9568WireTests.Reserve_is_sent_as_zero_whatever_the_interval)),
        Sentence.By<AdvertisementTests>("5.2.6", "MUST", "ignore Reserve on reception",
            nameof(AdvertisementTests.The_reserved_bits_are_ignored_on_reception_and_shown)),
        Sentence.By<ValueTypeTests>("5.2.7", "step", "Max Advertise Interval is 12 bits of centiseconds",
            nameof(ValueTypeTests.An_interval_is_hundredths_of_a_second)),
        Sentence.By<ValueTypeTests>("5.2.7", "step", "at most 40.95 s",
            nameof(ValueTypeTests.An_interval_outside_12_bits_cannot_be_built)),
        Sentence.By<AdvertisementTests>("5.2.8", "step", "the checksum of IPv4 covers the message alone",
            nameof(AdvertisementTests.Both_forms_of_IPv4_checksum_are_accepted_and_told_apart)),
        Sentence.By<AdvertisementTests>("5.2.8", "step", "the checksum of IPv6 covers the pseudo header",
            nameof(AdvertisementTests.An_IPv6_checksum_without_pseudo_header_is_refused)),
        Sentence.By<AdvertisementTests>("5.2.9", "step", "the addresses follow in order",
            nameof(AdvertisementTests.It_carries_255_addresses_and_keeps_their_order)),
        Sentence.By<AdvertisementTests>("5.2.9", "MUST", "addresses are of the packet's family",
            nameof(AdvertisementTests.A_caller_who_breaks_the_contract_is_told)),
        Sentence.By<Rfc9568WireTests>("5.2.9", "MUST", "a link-local address that is given first is sent first",
            nameof(Rfc9568WireTests.The_first_IPv6_address_stays_the_first)),
    ];

    private static Sentence[] Section7 =>
    [
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify TTL or hop limit",
            nameof(ReceiveChecksTests.A_multicast_TTL_other_than_255_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify version 3",
            nameof(ReceiveChecksTests.A_version_other_than_3_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify type 1",
            nameof(ReceiveChecksTests.A_type_other_than_ADVERTISEMENT_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify that the packet is complete",
            nameof(ReceiveChecksTests.An_incomplete_message_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify the checksum",
            nameof(ReceiveChecksTests.A_wrong_checksum_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify that the VRID is configured",
            nameof(ReceiveChecksTests.A_message_of_another_VRID_is_refused)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "verify that the router is not the address owner",
            nameof(ReceiveChecksTests.The_address_owner_listens_to_nobody)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "an interval of 0 is no interval (erratum 8301)",
            nameof(ReceiveChecksTests.An_interval_of_0_is_refused_whatever_the_reserved_bits_are)),
        Sentence.By<ReceiveChecksTests>("7.1", "MUST", "discard if any check fails, the first one is the reason",
            nameof(ReceiveChecksTests.The_checks_are_made_in_the_order_of_section_7_1)),
        Sentence.By<Rfc9568WireTests>("7.1", "MAY", "another address list is not a reason to discard",
            nameof(Rfc9568WireTests.Another_address_list_passes)),
        Sentence.By<AdvertisementReaderTests>("7.1", "MAY", "vipd refuses a list without any of its addresses: two "
            + "clusters in one election would leave one of them without its addresses",
            nameof(AdvertisementReaderTests.Addresses_that_are_all_strange_are_those_of_another_cluster)),
        Sentence.By<Rfc9568WireTests>("7.1", "SHOULD", "another interval is not a reason to discard",
            nameof(Rfc9568WireTests.Another_interval_passes)),
        Sentence.By<AdvertisementTests>("7.2", "MUST", "fill in the fields from the configuration",
            nameof(AdvertisementTests.The_example_of_the_layout_is_written_octet_by_octet)),
        Sentence.By<AdvertisementTests>("7.2", "MUST", "compute the checksum",
            nameof(AdvertisementTests.What_is_written_is_read_back_whatever_the_fields_are)),
        Sentence.By<AdvertisementFrameTests>(
            "7.2", "MUST", "the source MAC address is the Virtual Router's (virtualMac)",
            nameof(AdvertisementFrameTests.What_is_sent_carries_the_virtual_MAC_address_and_passes_the_receive_checks)),
        Sentence.Elsewhere("7.2", "MUST", "the source address is the interface's primary one",
            SocketTests, ArrivesWithTtl),
        Sentence.Elsewhere("7.2", "MUST", "send to the group", SocketTests, ArrivesWithTtl),
        Sentence.By<Rfc9568WireTests>("7.2", "MUST", "the protocol is VRRP",
            nameof(Rfc9568WireTests.The_protocol_number_is_112)),
        Sentence.By<ValueTypeTests>("7.3", "step", "00-00-5E-00-01-{VRID} and 00-00-5E-00-02-{VRID}",
            nameof(ValueTypeTests.A_virtual_router_has_the_MAC_address_of_section_7_3)),
        Sentence.By<ValueTypeTests>("7.3", "step", "the group's MAC address",
            nameof(ValueTypeTests.A_group_has_the_MAC_address_of_RFC_1112_or_RFC_2464)),
        Sentence.Elsewhere("7.4", "MUST NOT", "derive interface identifiers from the virtual MAC address",
            "tests/Vipd.Linux.Tests/Netlink/MacvlanNetlinkTests.cs",
            "Up_it_answers_for_its_own_addresses_alone_whatever_the_defaults_are"),
    ];

    private static Sentence[] Section8 =>
    [
        Sentence.Elsewhere("8.1.2", "MUST", "answer ARP with the virtual MAC address (virtualMac)", VirtualMacTests,
            "Clients_are_answered_with_the_one_MAC_address_and_the_node_asks_with_its_own"),
        Sentence.By<ClaimTests>("8.1.2", "MUST", "announce nothing before the address is configured",
            nameof(ClaimTests.A_take_over_advertises_then_adds_then_announces)),
        Sentence.By<ArpPacketTests>("8.1.2", "SHOULD", "broadcast a gratuitous ARP for each address",
            nameof(ArpPacketTests.A_gratuitous_request_is_written_octet_by_octet)),
        Sentence.Because("8.1.3", "MUST", "proxy ARP advertises the virtual MAC address", NoProxy),
        Sentence.Elsewhere("8.2.2", "MUST", "answer Neighbor Solicitations with the virtual MAC address (virtualMac)",
            VirtualMacTests, "IPv6_clients_reach_a_global_and_a_link_local_address"),
        Sentence.By<NeighborAdvertisementTests>("8.2.2", "SHOULD", "announce each address by an unsolicited NA",
            nameof(NeighborAdvertisementTests.An_announcement_goes_from_the_address_to_all_nodes_and_overrides)),
        Sentence.By<ClaimTests>("8.2.2", "MUST", "send no NA before the address is configured",
            nameof(ClaimTests.A_take_over_advertises_then_adds_then_announces)),
        Sentence.Because("8.2.3", "MUST", "Backup Routers send the owner's Router Advertisement options", NoRouter),
        Sentence.By<ElectionTimersTests>("8.3.2", "SHOULD", "priorities differ enough: equals are spread instead",
            nameof(ElectionTimersTests.Neighbouring_addresses_are_spread_apart)),
        Sentence.By<ReceiveChecksTests>("8.4", "step", "VRRPv2 and v3 do not hear each other: discarded by version",
            nameof(ReceiveChecksTests.A_version_other_than_3_is_refused)),
        Sentence.Because("8.4.2", "MAY", "a flag to speak VRRPv2 and v3 at once",
            "not built, as §8.4.2 allows; what it demands of such a mode binds nobody without it"),
    ];
}
