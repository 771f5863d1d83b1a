namespace Vipd.Simulation.Mutations.Source;

/// <summary>Faults in taking new parameters in place.</summary>
internal static class ReconfigurationChanges
{
    private const string Reconfigure = "VirtualRouter.Reconfigure.cs";
    private const string Active = "VirtualRouter.Active.cs";
    private const string Claim = "Claim.cs";
    private const string Handover = "Handover.cs";
    private const string Schedule = "AnnouncementSchedule.cs";

    public static IEnumerable<SourceChange> All => [.. InRouter, .. InParts];

    private static SourceChange[] InRouter =>
    [
        new("A reload changes nothing", Reconfigure, "_parameters = parameters;"),
        new("A new interval is not taken", Reconfigure,
            "_advertisementInterval = parameters.AdvertisementInterval.ToTimeSpan();"),
        new("A new interval stands for nobody's", Reconfigure,
            "if (ActiveRouter is null)\n            ActiveAdverInterval = _advertisementInterval;"),
        new("A new interval stands for the Active Router's", Reconfigure,
            "if (ActiveRouter is null)\n            ActiveAdverInterval", "if (true)\n            ActiveAdverInterval"),
        new("Added addresses are not claimed", Reconfigure, "_claim.Again(_parameters.AddressCount, now);"),
        new("Added addresses are announced once only", Reconfigure, "_announcements.Begin(now);"),
        new("A Backup Router would claim the addresses of before", Reconfigure,
            "_claim = new Claim(parameters.AddressCount);"),
        new("A handover waits for the addresses of before", Reconfigure,
            "_handover.ChangeAddresses(parameters.AddressCount);"),
        new("A shorter interval is taken for a stall", Reconfigure, "_advertisedAt = now;"),
        new("A new interval waits for the next Advertisement", Reconfigure, "_adverTimer = now;"),
        new("A longer interval is said once only", Reconfigure, "? AdvertisementsAtFormerRhythm : 0;", "? 0 : 0;"),
        new("The former rhythm never ends", Reconfigure, "_formerRhythm--;"),
        new("The former rhythm outlives the Active Router", Active, "_formerRhythm = 0;"),
        new("A Backup Router does not listen anew", Reconfigure, "WaitFor(_takeOverCause, now); //", "; //"),
        new("Preemption that was switched off goes on", Reconfigure, "WaitFor(TransitionCause.ActiveDown, now);"),
        new("The spread of the former address stays", Reconfigure, "SetActiveDownTimer(); //", "; //"),
        new("New times to announce are not taken", Reconfigure,
            "_announcements.Reconfigure(parameters, isActive: State == RouterState.Active, now);"),
    ];

    private static SourceChange[] InParts =>
    [
        new("A second claim takes the number of addresses of the first", Claim,
            "_addressCount = addressCount;\n        Restart", "Restart"),
        new("A router that claims again forgets that clients believe it", Claim,
            "_addressCount = addressCount;\n        Restart", "_addressCount = addressCount;\n        Begin"),
        new("A handover with other addresses waits for as many as before", Handover,
            "_addressCount = addressCount;\n        _missing = addressCount;", "_addressCount = addressCount;"),
        new("New times to announce begin with the next take-over", Schedule,
            "if (isActive)\n            ScheduleRepeat(now);"),
        new("Any reload begins the announcements anew", Schedule, "if (!isChanged)\n            return;"),
    ];
}
