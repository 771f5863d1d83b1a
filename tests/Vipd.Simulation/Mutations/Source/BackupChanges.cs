namespace Vipd.Simulation.Mutations.Source;

/// <summary>Faults in Backup (RFC 9568 §6.4.2), Initialize (§6.4.1) and Fault.</summary>
internal static class BackupChanges
{
    private const string Backup = "VirtualRouter.Backup.cs";
    private const string Initialize = "VirtualRouter.Initialize.cs";

    private const string FaultComesNext =
        "                break;\n            case RouterEventKind.FaultRaised:\n                ";

    public static IEnumerable<SourceChange> All => [.. InBackup, .. InPatience, .. InInitialize];

    private static SourceChange[] InBackup =>
    [
        new("A stalled Backup Router usurps", Backup,
            "_activeDownTimer > ActiveAdverInterval)", "_activeDownTimer > TimeSpan.MaxValue)"),
        new("Backup overhears priority 0", Backup, "WaitFor(TransitionCause.ActiveResigned, now);"),
        new("A second priority 0 is waited for again", Backup,
            "_activeDownTimer = MonotonicTime.Min(_activeDownTimer, MonotonicTime.Max(unhurried, _noTakeOverBefore));"),
        new("Backup preempts who usurps in another partition", Backup,
            "if (IsOverheard(advertisement, now))", "if (false)"),
        new("Backup does not remember whom it heard", Backup,
            "_holdDown.Hear(advertisement.Sender, now);\n        RememberActiveRouter(advertisement);",
            "_holdDown.Hear(advertisement.Sender, now);"),
        new("Backup does not see moves", Backup, "_holdDown.Hear(advertisement.Sender, now);"),
        new("A last word is a move", Backup,
            "if (_betterUntil <= now)\n            _holdDown", "if (true)\n            _holdDown"),
        new("Each Advertisement begins the wait to preempt anew", Backup,
            "if (_takeOverCause != TransitionCause.Preempting)\n", "if (true)\n"),
        new("Backup never preempts", Backup, "if (MayPreempt(now))\n        {", "if (false)\n        {"),
        new("An Advertisement does not reset Active_Down_Timer", Backup,
            "else\n        {\n            WaitFor(TransitionCause.ActiveDown, now);\n        }"),
        new("The address owner asks Preempt_Mode", Backup,
            "if (Priority.IsAddressOwner && ActivePriority is { IsAddressOwner: false })\n            return true;"),
        new("preemptMargin is one more", Backup,
            "active.Value >= _parameters.PreemptMargin;", "active.Value > _parameters.PreemptMargin;"),
        new("preemptMargin is nothing", Backup,
            "active.Value >= _parameters.PreemptMargin;", "active.Value >= 0;"),
        new("Preempt_Mode is always on", Backup,
            "bool better = _parameters.Preempt && ActivePriority", "bool better = ActivePriority"),
        new("preemptDelay is not waited", Backup,
            " && isWorseFor >= _parameters.PreemptDelay;", ";"),
        new("Nobody waits for the hold-down", Backup,
            "!_holdDown.Protects(isWorseFor, now) && isWorseFor", "isWorseFor"),
        new("preemptDelay counts what is long past", Backup,
            "_preemptableSince = null;\n            if (ActiveRouter", "if (ActiveRouter"),
        new("No holder is hard to unseat", Backup, "_holdDown.Accept(heard);"),
        new("Backup begins without Active_Down_Timer", Backup,
            "Transition(RouterState.Backup, cause, now);\n        WaitFor(TransitionCause.ActiveDown, now);",
            "Transition(RouterState.Backup, cause, now);"),
        new("Equal priorities are not spread", Backup, "_waitingSince + wait + Spread", "_waitingSince + wait"),
        new("startupDelay is not waited", Backup,
            "MonotonicTime.Max(_noTakeOverBefore, _betterUntil)", "_betterUntil"),
        new("The two waits are exchanged", Backup,
            "wait = _takeOverCause == TransitionCause.ActiveDown",
            "wait = _takeOverCause != TransitionCause.ActiveDown"),
        new("Backup overhears its changed priority", Backup,
            "Priority = routerEvent.Priority;\n                if", "if"),
        new("A priority that falls does not call the preemption off", Backup,
            "if (_takeOverCause == TransitionCause.Preempting && !MayPreempt(now))", "if (false)"),
        new("Backup overhears its faults", Backup, "EnterFault(routerEvent.Fault, now);"),
        new("Backup does not stop", Backup, "Transition(RouterState.Initialize, routerEvent.Cause, now);"),
    ];

    private static SourceChange[] InPatience =>
    [
        new("Priority 0 does not end the patience with a better one", Backup,
            "MonotonicTime unhurried = _activeDownTimer;\n            _betterUntil = default;",
            "MonotonicTime unhurried = _activeDownTimer;"),
        new("A loser's last word shortens the wait", Backup, "KeepWatching(advertisement, now);\n"),
        new("The patience with a better one never ends", Backup,
            "if (_betterUntil <= now || !IsWorse(advertisement, _betterRouter, _betterPriority))",
            "if (_betterUntil <= now)"),
        new("The patience with a better one ends when two worse ones replace each other", Backup,
            "if (_betterUntil <= now || !IsWorse", "if (true || !IsWorse"),
        new("The patience with a better one grows with each worse one", Backup,
            "else if (IsWorse(advertisement, watched, best) && watches", "else if (watches"),
        new("The patience with a better one ends for all with its own word", Backup,
            "_betterUntil = default;\n            (_better",
            "bool ended = _betterUntil > now;\n            _betterUntil = default;\n            " +
                "if (ended)\n                return;\n            (_better"),
        new("The patience with the next better one is that with the best", Backup,
            "if (watches)\n                SetActiveDownTimer();\n"),
        new("The address owner is patient with a better one", Backup,
            "if (Priority.IsAddressOwner)\n            _betterUntil = default;\n        else if", "if"),
    ];

    private static SourceChange[] InInitialize =>
    [
        new("startupDelay is forgotten", Initialize,
            "_noTakeOverBefore = now + _parameters.StartupDelay + Spread;"),
        new("An undrained router waits startupDelay", Initialize,
            "if (cause == TransitionCause.Startup && _parameters", "if (_parameters"),
        new("The address owner listens first", Initialize, "if (Priority.IsAddressOwner)", "if (false)"),
        new("Everybody begins as Active", Initialize, "if (Priority.IsAddressOwner)", "if (true)"),
        new("A router that begins remembers an Active Router of old", Initialize,
            "ForgetActiveRouter();\n        _holdDown", "_holdDown"),
        new("Who comes back takes the Active Router for the one it left", Initialize, "_holdDown.ForgetHolder();"),
        new("A fault in Initialize is forgotten", Initialize, "_faults |= routerEvent.Fault;"),
        new("A fault that was cleared in Initialize stays", Initialize, "_faults &= ~routerEvent.Fault;"),
        new("A router stays in Fault", Initialize, "ClearFault(routerEvent.Fault, now);"),
        new("The first fault that is cleared clears all", Initialize,
            "if (_faults == RouterFaults.None)\n            TakePart", "if (true)\n            TakePart"),
        new("A refused address is never tried again", Initialize, "_retryTimer = now + KernelRetry;"),
        new("A fault is not remembered", Initialize,
            "_faults |= fault;\n        if", "if"),
        new("A priority that changes in Fault is forgotten", Initialize,
            "Priority = routerEvent.Priority;\n" + FaultComesNext + "AddFault", FaultComesNext + "AddFault"),
        new("A priority that changes in Initialize is forgotten", Initialize,
            "Priority = routerEvent.Priority;\n" + FaultComesNext + "_faults", FaultComesNext + "_faults"),
        new("Fault does not stop", Initialize, "Transition(RouterState.Initialize, routerEvent.Cause, now);"),
    ];
}
