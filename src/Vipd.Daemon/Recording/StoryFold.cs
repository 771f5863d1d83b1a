using System.Globalization;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Recording;

/// <summary>Steps in a row that say the same.</summary>
/// <param name="first">The first of them, which has a line of its own.</param>
/// <param name="routine">What they are, as the plural of it; null if the step does not repeat itself.</param>
internal sealed class StoryFold(ReplayStep first, string? routine)
{
    private int _announcements;

    public int Repetitions { get; private set; }

    public MonotonicTime Last { get; private set; } = first.Now;

    /// <summary>False if it is something else.</summary>
    public bool TryAdd(ReplayStep next, string? nextRoutine)
    {
        if (routine is null || nextRoutine != routine)
            return false;

        // An Active Router's announcements do not interrupt its Advertisements, or the first seconds would fill a page.
        bool announces = next.Actions.Any(action => action.Kind == RouterActionKind.Announce);
        _announcements += announces ? 1 : 0;
        if (!announces || next.Actions.Length > 1)
        {
            Repetitions++;
            Last = next.Now;
        }

        return true;
    }

    /// <summary>Null if there was nothing beyond the first.</summary>
    public string? Tell()
    {
        string announced = _announcements switch
        {
            0 => "",
            1 => "announced once more",
            _ => string.Create(CultureInfo.InvariantCulture, $"announced {_announcements} times more"),
        };
        if (Repetitions == 0)
            return announced.Length > 0 ? announced : null;
        double milliseconds = Math.Round((Last - first.Now).TotalMilliseconds / Repetitions);
        string repeated = Repetitions == 1
            ? $"once more: {routine}"
            : string.Create(CultureInfo.InvariantCulture, $"{Repetitions} {routine}, every {milliseconds} ms");
        return announced.Length > 0 ? $"{repeated}; {announced}" : repeated;
    }
}
