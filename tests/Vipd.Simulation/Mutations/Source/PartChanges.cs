namespace Vipd.Simulation.Mutations.Source;

/// <summary>Faults in what all states share, and in the parts: timers, handover, claim, announcements.</summary>
internal static class PartChanges
{
    private const string Router = "VirtualRouter.cs";
    private const string Timers = "ElectionTimers.cs";
    private const string Handover = "Handover.cs";
    private const string Claim = "Claim.cs";
    private const string Schedule = "AnnouncementSchedule.cs";
    private const string Burst = "ContentionBurst.cs";
    private const string HoldDown = "HoldDown.cs";

    public static IEnumerable<SourceChange> All =>
        [.. InRouter, .. InTimers, .. InHandoverAndClaim, .. InAnnouncements, .. InHoldDown];

    private static SourceChange[] InRouter =>
    [
        new("NextDeadline forgets the handover", Router,
            "MonotonicTime.Min(_handover.Deadline, State switch",
            "MonotonicTime.Min(MonotonicTime.Never, State switch"),
        new("NextDeadline forgets the claim", Router,
            "MonotonicTime.Min(_claim.Deadline, _announcements.Deadline)", "_announcements.Deadline"),
        new("NextDeadline forgets the announcements", Router,
            "MonotonicTime.Min(_claim.Deadline, _announcements.Deadline)", "_claim.Deadline"),
        new("NextDeadline forgets Adver_Timer", Router, "MonotonicTime.Min(_adverTimer, MonotonicTime.Min(",
            "MonotonicTime.Min(MonotonicTime.Never, MonotonicTime.Min("),
        new("NextDeadline forgets Active_Down_Timer", Router,
            "RouterState.Backup => _activeDownTimer,", "RouterState.Backup => MonotonicTime.Never,"),
        new("NextDeadline forgets the retry", Router,
            "RouterState.Fault => _retryTimer,", "RouterState.Fault => MonotonicTime.Never,"),
        new("Actions of the event before are done again", Router, "_actions.Clear();"),
        new("Nobody asks whether the router stood still", Router, "LeaveIfStalled(now);", ";"),
        new("Nobody watches a handover", Router, "ObserveHandover(routerEvent, now);\n"),
        new("Priority 0 is taken for a successor", Router, " && !routerEvent.Priority.IsResign)", ")"),
        new("A successor's Advertisement ends the handover", Router,
            "_handover.HearSuccessor(now);", "complete = true;"),
        new("Announcements do not end the handover", Router,
            "complete = _handover.HearAnnouncement(routerEvent.Address, now);", ";"),
        new("A handover goes on without a link", Router,
            "Fault: RouterFaults.Interface })\n            complete = true;",
            "Fault: RouterFaults.Interface })\n            complete = false;"),
        new("A handover ends and the addresses stay", Router,
            "_handover.End();\n        RemoveAddresses();", "_handover.End();"),
        new("A loser leaves its clients where they are", Router, "SendClientsOn();", ";"),
        new("A loser sends its clients to a virtual MAC address that nobody uses", Router,
            "_othersAreAtVirtualMac = routerEvent.AtVirtualMac;", "_othersAreAtVirtualMac = true;"),
        new("Who has resigned speaks for its successor", Router, " && _handover.IsForWinner", ""),
        new("Who has announced nothing speaks for a winner", Router, " && _claim.HasAnnounced)", ")"),
        new("The interval is not learned", Router,
            "ActiveAdverInterval = advertisement.MaxAdvertiseInterval.ToTimeSpan();"),
        new("The priority of the Active Router is not learned", Router, "ActivePriority = advertisement.Priority;"),
        new("The interval of a former Active Router stays", Router,
            "ActivePriority = null;\n        ActiveAdverInterval = _advertisementInterval;", "ActivePriority = null;"),
    ];

    private static SourceChange[] InTimers =>
    [
        new("Skew_Time counts from 255", Timers, "(256 - priority.Value)", "(255 - priority.Value)"),
        new("Skew_Time is longest for the best", Timers, "(256 - priority.Value)", "priority.Value"),
        new("Active_Down_Interval is two intervals", Timers,
            "(3 * activeAdverInterval) +", "(2 * activeAdverInterval) +"),
        new("Active_Down_Interval is without Skew_Time", Timers,
            "(3 * activeAdverInterval) + SkewTime(priority, skewUnit?.ToTimeSpan() ?? activeAdverInterval)",
            "3 * activeAdverInterval"),
        new("The short wait has no ceiling", Timers,
            "activeAdverInterval < ShortWaitCeiling ? activeAdverInterval : ShortWaitCeiling", "activeAdverInterval"),
        new("The spread is nothing", Timers,
            "TimeSpan.FromTicks((long)Math.BigMul", "TimeSpan.FromTicks(0 * (long)Math.BigMul"),
        new("The spread is as wide for everybody", Timers, "primaryAddress.Low * goldenRatio", "goldenRatio"),
        new("A handover waits one interval only", Timers, "(4 * advertisementInterval)", "(1 * advertisementInterval)"),
        new("A successor has no time to announce", Timers, "SuccessorGrace = TimeSpan.FromMilliseconds(100)",
            "SuccessorGrace = TimeSpan.Zero"),
        new("A winner that takes its time, or is gone, is waited for as one between two announcements", Timers,
            "return successor > burst ? successor : burst;", "return burst;"),
        new("A winner that is between two announcements is not waited for", Timers,
            "return successor > burst ? successor : burst;", "return successor;"),
        new("A successor has a minute to announce", Timers, "SuccessorGrace = TimeSpan.FromMilliseconds(100)",
            "SuccessorGrace = TimeSpan.FromMinutes(1)"),
    ];

    private static SourceChange[] InHandoverAndClaim =>
    [
        new("An address announced twice counts for two", Handover,
            "if ((_announced[address >> 6] & bit) == 0)", "if (true)"),
        new("Announcements of the handover before count", Handover, "Array.Clear(_announced);"),
        new("The first announcement ends the handover", Handover, "return _missing == 0;", "return true;"),
        new("Only the first of 64 addresses is waited for", Handover, "1UL << (address & 63)", "1UL << 0"),
        new("A winner's Advertisement ends what it has to announce first", Handover,
            "_successorHeard = true;\n        _isForWinner", "_isForWinner"),
        new("An announcement that crossed the loser's own ends what it holds", Handover,
            "_countsFrom = announcedAt + ElectionTimers.CrossingTime;"),
        new("A handover has no end of its own", Handover,
            "Deadline = now + limit;", "Deadline = now + TimeSpan.FromDays(1);"),
        new("Addresses are announced, not added", Claim, "if (!_announceNext)", "if (_announceNext)"),
        new("Only the first addresses are claimed", Claim,
            "Deadline = _first < _addressCount ? now : MonotonicTime.Never;", "Deadline = MonotonicTime.Never;"),
        new("The second claim begins where the first ended", Claim, "_first = 0;\n"),
        new("Addresses are added and not announced", Claim,
            "_announceNext = true;\n            Added = _first + count;\n            Deadline = now;",
            "_announceNext = true;\n            Added = _first + count;\n            Deadline = MonotonicTime.Never;"),
        new("The claim does not know what it added", Claim, "Added = _first + count;"),
    ];

    private static SourceChange[] InAnnouncements =>
    [
        new("There is no refresh", Schedule, "? now + _parameters.AnnounceRefresh", "? MonotonicTime.Never"),
        new("There are no repetitions", Schedule, "ScheduleRepeat(takenOverAt);"),
        new("A repetition announces the first addresses only", Schedule,
            "_cursor = _cursor + count < _parameters.AddressCount ? _cursor + count : NoRound;", "_cursor = NoRound;"),
        new("A repetition is not put on the agenda again", Schedule,
            "due = true;\n                ScheduleRepeat(now);",
            "due = true;\n                _nextRepeat = MonotonicTime.Never;"),
        new("Contenders are not announced against", Schedule, "_contention.Hear(now, silence)", "_contention.Reset()"),
        new("Bursts against a contender do not grow rarer", Burst,
            "_period = _period * 2 < LongestPeriod ? _period * 2 : LongestPeriod;"),
        new("A burst is one announcement", Burst,
            "_ when _step < Offsets.Length => _startedAt + Offsets[_step],",
            "_ when _step < Offsets.Length => MonotonicTime.Never,"),
        new("A burst that was put off does not see the contender fall silent", Burst,
            "0 => MonotonicTime.Min(_startedAt, _silentAt),", "0 => _startedAt,"),
        new("Who has resigned is a contender still", Burst, "now < _silentAt && !_hasLeft", "now < _silentAt"),
        new("Who has resigned is none ever after", Burst, "_hasLeft = false;\n"),
        new("Bursts are not limited", Burst, "_startedAt = MonotonicTime.Max(now, _notBefore);", "_startedAt = now;"),
    ];

    private static SourceChange[] InHoldDown =>
    [
        new("The first election is a move", HoldDown, "_holder is { } before && before != holder", "_holder != holder"),
        new("Each Advertisement is a move", HoldDown, "before != holder", "before == before"),
        new("A move does not double the hold-down", HoldDown, "_first.Ticks << (_moves - 1)", "_first.Ticks"),
        new("The hold-down is doubled for ever", HoldDown, "Math.Min(_moves + 1, MostMoves)", "_moves + 1"),
        new("A minute does not forget the moves before", HoldDown,
            "_moves = Remembers(now) ? Math.Min(_moves + 1, MostMoves) : 1;",
            "_moves = Math.Min(_moves + 1, MostMoves);"),
        new("A hold-down does not end with its minute", HoldDown,
            "&& Remembers(now) ? TimeSpan", "&& _moves > 0 ? TimeSpan"),
        new("Who claimed first by the spread is hard to unseat", HoldDown,
            "_accepted == _holder && Remembers", "Remembers"),
        new("The minute counts from the first move", HoldDown, "_lastTrouble = now;\n        }",
            "if (_moves == 1)\n                _lastTrouble = now;\n        }"),
        new("A trouble that goes on is forgotten", HoldDown,
            "_lastTrouble = now;\n        return true;", "return true;"),
    ];
}
