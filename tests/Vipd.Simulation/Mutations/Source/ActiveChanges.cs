namespace Vipd.Simulation.Mutations.Source;

/// <summary>Faults in what an Active Router does (RFC 9568 §6.4.3), and in how it ceases to be one.</summary>
internal static class ActiveChanges
{
    private const string Active = "VirtualRouter.Active.cs";

    public static IEnumerable<SourceChange> All => [.. WhileActive, .. AtTheEnd];

    private static SourceChange[] WhileActive =>
    [
        new("Active yields to a lower priority", Active,
            "else if (advertisement.Priority > Priority)", "else if (advertisement.Priority < Priority)"),
        new("Active yields to an equal priority", Active,
            "else if (advertisement.Priority > Priority)", "else if (advertisement.Priority >= Priority)"),
        new("Active never yields to a higher priority", Active,
            "else if (advertisement.Priority > Priority)", "else if (false)"),
        new("The lower address wins a tie", Active,
            "advertisement.Sender > _parameters.PrimaryAddress", "advertisement.Sender < _parameters.PrimaryAddress"),
        new("Nobody yields in a tie", Active,
            "advertisement.Priority == Priority && advertisement.Sender > _parameters",
            "false && advertisement.Sender > _parameters"),
        new("Active does not answer priority 0", Active,
            "IsResign)\n        {\n            _adverTimer = now;", "IsResign)\n        {"),
        new("Active does not answer a worse one", Active,
            "_adverTimer = now;\n            _announcements.HearContender", "_announcements.HearContender"),
        new("Active does not announce against a worse one", Active,
            "_announcements.HearContender(now, 3 * advertisement.MaxAdvertiseInterval.ToTimeSpan());"),
        new("Active does not announce against a foreign announcement", Active,
            "_announcements.HearContender(now, 3 * _advertisementInterval);"),
        new("A planned stop does not resign", Active,
            "case RouterEventKind.Shutdown:\n                Resign(now);",
            "case RouterEventKind.Shutdown:\n                HoldForSuccessor(now);"),
        new("A resignation says priority 1", Active, "SendAdvertisement(Priority.Resign)",
            "SendAdvertisement(Priority.Lowest)"),
        new("The addresses go with the resignation", Active,
            "_handover.Begin(now, ElectionTimers.HandoverLimit(_advertisementInterval));", "RemoveAddresses();"),
        new("Adver_Timer counts from now", Active, "MonotonicTime next = _adverTimer + interval;",
            "MonotonicTime next = now + interval;"),
        new("Adver_Timer is set once only", Active,
            "_adverTimer = next > now ? next : now + interval;", "_adverTimer = MonotonicTime.Never;"),
        new("Adver_Timer makes up for what it missed", Active,
            "_adverTimer = next > now ? next : now + interval;", "_adverTimer = next;"),
        new("A take-over forgets Adver_Timer", Active,
            "Advertise(now);\n        _adverTimer = now + _advertisementInterval;", "Advertise(now);"),
        new("A take-over does not advertise", Active,
            "trigger);\n        Advertise(now);", "trigger);\n        _advertisedAt = now;"),
        new("A take-over adds no address", Active, "_claim.Begin(now);"),
        new("A take-over announces once only", Active, "_announcements.Begin(now);"),
        new("A take-over forgets the handover that is pending", Active,
            "_handover.End();\n        ForgetActiveRouter();", "ForgetActiveRouter();"),
        new("A take-over keeps the learned interval", Active,
            "_handover.End();\n        ForgetActiveRouter();", "_handover.End();"),
    ];

    private static SourceChange[] AtTheEnd =>
    [
        new("A loser says no last word", Active, "if (_claim.HasAnnounced)\n            Advertise(now);"),
        new("A loser removes its addresses at once", Active,
            "HoldForSuccessor(now);\n        _handover.HearSuccessor(now);", "LeaveAtOnce();"),
        new("A loser gives its successor no limit of 100 ms", Active,
            "HoldForSuccessor(now);\n        _handover.HearSuccessor(now);", "HoldForSuccessor(now);"),
        new("A loser does not learn who won", Active,
            "RememberActiveRouter(advertisement);\n        EnterBackup", "EnterBackup"),
        new("A stalled Active Router goes on", Active,
            "_advertisedAt <= ActiveDownInterval", "_advertisedAt <= TimeSpan.MaxValue"),
        new("An Active Router takes itself for stalled", Active,
            "_advertisedAt <= ActiveDownInterval", "_advertisedAt <= _advertisementInterval / 2"),
        new("A stalled Active Router keeps its addresses", Active,
            "LeaveAtOnce();\n        EnterBackup", "EndClaim();\n        EnterBackup"),
        new("A lost address is not restored", Active,
            "_actions.Add(RouterAction.AddAddresses(routerEvent.Address, 1));"),
        new("A restored address is not announced", Active,
            "_actions.Add(RouterAction.Announce(routerEvent.Address, 1));"),
        new("A refused address is put up with", Active,
            "case RouterEventKind.AddressRefused:\n                Resign(now);\n" +
            "                EnterFault(RouterFaults.Kernel, now);",
            "case RouterEventKind.AddressRefused:"),
        new("A router without link keeps its addresses", Active,
            "LeaveAtOnce();\n                EnterFault", "EndClaim();\n                EnterFault"),
        new("A changed priority waits for the next Advertisement", Active,
            "Priority = routerEvent.Priority;\n                _adverTimer = now;",
            "Priority = routerEvent.Priority;"),
        new("Active overhears its changed priority", Active,
            "Priority = routerEvent.Priority;\n                _adverTimer = now;", "_adverTimer = now;"),
        new("Nobody knows that addresses are held", Active,
            "_holding = true;\n            _actions.Add(_claim", "_actions.Add(_claim"),
        new("The addresses are not removed", Active,
            "_holding = false;\n        _actions.Add(RouterAction.RemoveAddresses);", "_holding = false;"),
    ];
}
