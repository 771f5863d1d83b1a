namespace Vipd.Simulation.Mutations.Source;

/// <summary>Faults in the sync group and in what its members do for it.</summary>
internal static class SyncGroupChanges
{
    private const string Group = "SyncGroup.cs";
    private const string Member = "VirtualRouter.Group.cs";
    private const string Backup = "VirtualRouter.Backup.cs";
    private const string Parameters = "RouterParameters.cs";
    private const string Active = "VirtualRouter.Active.cs";
    private const string Router = "VirtualRouter.cs";

    public static IEnumerable<SourceChange> All =>
    [
        new("A group raises no fault", Group, "bool isFault = FaultyBeside(member) >= 0;", "bool isFault = false;"),
        new("A member is in Fault because of itself", Group, "if (other != member && ", "if ("),
        new("A missing interface is no fault", Group, "?? RouterFaults.Interface)", "?? RouterFaults.None)"),
        new("The highest priority counts", Group,
            "earned < lowest ? earned : lowest", "earned > lowest ? earned : lowest"),
        new("A group changes no priority", Group, "&& router.Priority != common)", "&& false)"),
        new("Nobody leaves with the one that lost", Group,
            "return member >= 0 && IndexOf(static router => router.HasLost) >= 0;", "return false;"),
        new("A group claims when one is ready", Group,
            "else if (_members[one] is not { State: RouterState.Active })\n                return false;"),
        new("A group never claims", Group, "if (_members[one] is { IsReadyToClaim: true })", "if (false)"),
        new("A resignation concerns one member alone", Group, "router.IsSilentSince(at))", "false)"),
        new("Who is about to take over has lost", Member,
            "\n        && _takeOverCause is TransitionCause.ActiveDown or TransitionCause.GroupResigned;", ";"),
        new("Who has heard nobody has lost", Member, "!_isReady && ActiveRouter is not null", "!_isReady"),
        new("Who was heard since hurries", Member, " && _waitingSince < time;", ";"),
        new("Who hurries waits for three Advertisements", Member,
            "_takeOverCause = TransitionCause.GroupResigned;\n"),
        new("Who hurries may be later", Member,
            "_activeDownTimer = MonotonicTime.Min(_activeDownTimer, MonotonicTime.Max(unhurried, _noTakeOverBefore));"),
        new("Who hurries claims what may still be advertised", Backup, "wait += ActiveAdverInterval;"),
        new("A member claims alone", Backup, "else if (_parameters.Sync != SyncPlace.None)", "else if (false)"),
        new("A member claims that is not ready", Backup, "case RouterEventKind.GroupClaims when _isReady:",
            "case RouterEventKind.GroupClaims:"),
        new("A member overhears that it may claim", Backup, "BecomeActive(_takeOverCause, trigger: now, now);"),
        new("A ready member that hears somebody stays ready", Backup, "_isReady = false;"),
        new("A ready member begins anew when somebody resigns", Backup,
            "if (_isReady)\n                return;\n\n            // §", "// §"),
        new("A ready member begins anew when its priority changes", Backup,
            "else if (!_isReady)\n                    SetActiveDownTimer();",
            "else\n                    WaitFor(_takeOverCause, now);"),
        new("Every member goes by its address", Active, "\n            && _parameters.Sync != SyncPlace.Other)", ")"),
        new("A member stays when the group leaves", Active,
            "Resign(now);\n                EndClaim();\n                EnterBackup(TransitionCause.GroupLeft, now);",
            ";"),
        new("A member that leaves says nothing", Active,
            "Resign(now);\n                EndClaim();", ";\n                EndClaim();"),
        new("A member that leaves an Active Router behind answers no longer than for another", Active,
            "_claim.HasAnnounced && _announcements.HasContender(now)", "false"),
        new("A member that leaves takes everybody for an Active Router", Active,
            "_claim.HasAnnounced && _announcements.HasContender(now)", "_claim.HasAnnounced"),
        new("Every member has a spread of its own", Parameters,
            "Sync == SyncPlace.Other ? TimeSpan.Zero : ", ""),
        new("A ready member is never asleep", Router,
            "RouterState.Backup when _isReady => MonotonicTime.Never,\n        ", ""),
    ];
}
