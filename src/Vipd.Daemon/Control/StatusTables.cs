using System.Globalization;

namespace Vipd.Daemon.Control;

/// <summary>How a cell is coloured where colours are; the words alone must be enough.</summary>
internal enum CellTone
{
    Plain,
    Good,
    Warning,
    Bad,
    Dim,
}

internal sealed record Cell(string Text, CellTone Tone = CellTone.Plain)
{
    public static implicit operator Cell(string text) => new(text, CellTone.Plain);
}

internal sealed record StatusTable(IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<Cell>> Rows);

/// <summary>The status document as tables: what is shown, and in which words; not how it is drawn.</summary>
internal static class StatusTables
{
    public static IReadOnlyList<StatusTable> From(StatusDocument status, bool wide)
    {
        List<StatusTable> tables =
        [
            FailedReload(status),
            Routers(status, wide),
            Conflicts(status),
            Timing(status),
            Reasons(status),
            HoldDowns(status),
            Addresses(status, wide),
            Checks(status),
            Self(status),
            Transitions(status),
        ];
        return [.. tables.Where(table => table.Rows.Count > 0)];
    }

    /// <summary>What runs is not what is in the file: the first thing to know.</summary>
    private static StatusTable FailedReload(StatusDocument status) => new(
        ["RELOAD FAILED", "WHY THE CONFIGURATION FROM BEFORE GOES ON"],
        status.LastReload is not { Successful: false } failed
            ? []
            : [.. failed.Lines.Select((line, number) => (IReadOnlyList<Cell>)
            [
                number == 0 ? new Cell(HumanDuration.Coarse(status.Now - failed.At) + " ago", CellTone.Bad) : "",
                new Cell(line, CellTone.Bad),
            ])]);

    private static StatusTable Routers(StatusDocument status, bool wide)
    {
        string[] headers = ["ROUTER", "STATE", "FOR", "CAUSE", "PRIORITY", "ACTIVE ROUTER", "ADDRESSES"];
        string[] more = ["VRID", "VERSION", "INTERFACE", "OWN ADDRESS"];
        return new StatusTable(
            wide ? [.. headers, .. more] : headers,
            [.. status.VirtualRouters.Select(router => Row(router, status.Now, wide))]);
    }

    private static List<Cell> Row(VirtualRouterStatus router, DateTimeOffset now, bool wide)
    {
        string cause = router switch
        {
            { HandingOver: true } => router.Cause + ", handing over",
            { Drained: true, Cause: not "drained" } => router.Cause + ", drained",
            _ => router.Cause,
        };
        int present = router.Addresses.Count(address => address.Present);
        bool lowered = router.EffectivePriority < router.ConfiguredPriority;
        List<Cell> row =
        [
            router.Name,
            new Cell(router.State, ToneOf(router.State)),
            HumanDuration.Coarse(now - router.Since),
            cause,
            lowered
                ? new Cell($"{Text(router.EffectivePriority)} of {Text(router.ConfiguredPriority)}", CellTone.Warning)
                : Text(router.EffectivePriority),
            Active(router.ActiveRouter),
            new Cell($"{Text(present)}/{Text(router.Addresses.Count)}", ToneOfPresence(router, present)),
        ];
        if (wide)
            row.AddRange([Text(router.Vrid), Text(router.VrrpVersion), router.Interface, router.PrimaryAddress]);
        return row;
    }

    private static StatusTable Conflicts(StatusDocument status) => new(
        ["ROUTER", "CONFLICT"],
        [.. from router in status.VirtualRouters
            from conflict in router.Conflicts
            let tone = conflict.TwoActiveRouters ? CellTone.Bad : CellTone.Warning
            select (IReadOnlyList<Cell>)[router.Name, new Cell(conflict.Text, tone)]]);

    private static StatusTable Timing(StatusDocument status) => new(
        ["ROUTER", "INTERVAL", "ACTIVE DOWN INTERVAL", "SPREAD", "LEASE"],
        [.. status.VirtualRouters.Select(router => (IReadOnlyList<Cell>)
        [
            router.Name,
            HumanDuration.Exact(router.AdvertisementIntervalSeconds),
            HumanDuration.Exact(router.ActiveDownIntervalSeconds),
            HumanDuration.Exact(router.SpreadSeconds),
            router.LeaseSeconds is { } seconds ? HumanDuration.Exact(seconds) : new Cell("off", CellTone.Warning),
        ])]);

    private static StatusTable Reasons(StatusDocument status) => new(
        ["ROUTER", "PRIORITY LOWERED BY"],
        [.. from router in status.VirtualRouters
            from reason in router.PriorityReasons
            select (IReadOnlyList<Cell>)[router.Name, new Cell(reason, CellTone.Warning)]]);

    /// <summary>Why a router that is better than the Active Router does not take over.</summary>
    private static StatusTable HoldDowns(StatusDocument status) => new(
        ["ROUTER", "WAITS"],
        [.. from router in status.VirtualRouters
            where router.HoldDownSeconds is not null
            let left = HumanDuration.Exact(Math.Round(router.HoldDownSeconds ?? 0, 1))
            let who = router.ActiveRouter is { } active ? $"{active.Address} is worse and" : "the Active Router"
            select (IReadOnlyList<Cell>)
            [
                router.Name, new Cell($"holding down for {left} more: {who} keeps the addresses so long",
                    CellTone.Warning),
            ]]);

    // One line an address, which may be thousands: where not asked for, only those that are not as they should be.
    private static StatusTable Addresses(StatusDocument status, bool wide) => new(
        wide ? ["ROUTER", "ADDRESS", "PRESENT", "ON"] : ["ROUTER", "ADDRESS", "PRESENT"],
        [.. from router in status.VirtualRouters
            from address in router.Addresses
            let wanted = router.State == "active"
            where wide || address.Present != wanted
            let tone = address.Present == wanted ? CellTone.Plain : CellTone.Bad
            let present = new Cell(address.Present ? "yes" : "no", tone)
            let place = new Cell(Place(router, address))
            select (IReadOnlyList<Cell>)(wide
                ? [router.Name, address.Address, present, place]
                : [router.Name, address.Address, present])]);

    private static string Place(VirtualRouterStatus router, VirtualAddressStatus address) =>
        router.VirtualMac is { } mac ? $"{address.Interface} ({mac})" : address.Interface;

    private static StatusTable Checks(StatusDocument status) => new(
        ["CHECK", "STATE", "FOR", "TOOK", "LAST ANSWER"],
        [.. status.Checks.Select(check => (IReadOnlyList<Cell>)
        [
            check.Name,
            new Cell(check.Class, ToneOfClass(check.Class)),
            HumanDuration.Coarse(status.Now - check.Since),
            check.LastProbe is { } probe ? HumanDuration.Exact(probe.DurationSeconds) : "-",
            LastAnswer(check),
        ])]);

    // The last answer may differ from the verdict while rise and fall count; then both classes are of interest.
    private static string LastAnswer(CheckStatusEntry check) => check.LastProbe switch
    {
        null => string.Join("; ", check.Reasons),
        { Answer.Count: 0 } probe => probe.Class,
        { } probe => $"{probe.Class}: {string.Join("; ", probe.Answer)}",
    };

    private static StatusTable Self(StatusDocument status) => new(
        ["VIPD ITSELF", "TIMES", "IN SUM", "LAST", "WHAT"],
        [.. status.Self.Select(trouble => (IReadOnlyList<Cell>)
        [
            new Cell(trouble.Trouble, CellTone.Warning),
            trouble.Count.ToString(CultureInfo.InvariantCulture),
            HumanDuration.Exact(trouble.Seconds),
            HumanDuration.Coarse(status.Now - trouble.LastAt) + " ago",
            trouble.Last,
        ])]);

    private static StatusTable Transitions(StatusDocument status) => new(
        ["ROUTER", "AT", "FROM", "TO", "CAUSE", "PEER", "TOOK"],
        [.. from router in status.VirtualRouters
            from transition in router.Transitions
            let at = transition.At.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            select (IReadOnlyList<Cell>)
            [
                router.Name,
                new Cell(at, CellTone.Dim),
                transition.From,
                new Cell(transition.To, ToneOf(transition.To)),
                transition.Cause,
                transition.Peer ?? "-",
                HumanDuration.Exact(transition.DurationSeconds),
            ]]);

    private static string Active(ActiveRouterStatus? active) => active switch
    {
        null => "unknown",
        { Self: true } => $"{active.Address} (this node)",
        { Priority: { } priority } => $"{active.Address} (priority {Text(priority)})",
        _ => active.Address,
    };

    private static CellTone ToneOf(string state) => state switch
    {
        "active" => CellTone.Good,
        "backup" => CellTone.Plain,
        "fault" => CellTone.Bad,
        _ => CellTone.Warning,
    };

    private static CellTone ToneOfPresence(VirtualRouterStatus router, int present) =>
        present == (router.State == "active" ? router.Addresses.Count : 0) ? CellTone.Plain : CellTone.Bad;

    private static CellTone ToneOfClass(string healthClass) => healthClass switch
    {
        "ready" => CellTone.Good,
        "notReady" => CellTone.Warning,
        _ => CellTone.Bad,
    };

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
