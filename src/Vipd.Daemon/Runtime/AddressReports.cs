using Vipd.Daemon.Ports;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// Tells the board and the log what the kernel reports of one router's addresses. Each kind of disturbance is noted
/// once a minute: somebody may take 500 addresses, or the same one again and again.
/// </summary>
internal sealed class AddressReports(RouterBoard board, IRouterPorts ports, LoopJournal journal)
{
    private const int TakenNote = 0;
    private const int ForeignNote = 1;

    private readonly NoteLimiter _notes = new(kinds: 2);

    /// <summary>Shows a sighting, and says what it means.</summary>
    public AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now)
    {
        AddressNews news = ports.Observe(address, sighting, now);
        if (sighting.PrefixLength == ports.PrefixLengthOf(address))
            board.SetAddressPresent(address, sighting.IsPresent);
        ShowForeign(address, 1, now);
        return news;
    }

    /// <summary>One that somebody else has put there stays when this router yields: two nodes then hold it.</summary>
    public void ShowForeign(int first, int count, MonotonicTime now)
    {
        for (int address = first; address < first + count; address++)
        {
            bool foreign = ports.IsForeign(address);
            if (!board.SetAddressForeign(address, foreign) || !foreign || !_notes.Allows(ForeignNote, now))
                continue;
            string at = board.Identity.AddressInterface;
            journal.Add(
                NoteSeverity.Warning,
                board.Identity.Name,
                $"{board.Identity.Addresses[address]} is on {at} and vipd has not put it there: it is used while "
                + "Active, never leased or removed, and so stays here when another node is Active. Who left it? "
                + $"`ip addr show dev {at}`, `ip addr del`; noted once a minute");
        }
    }

    /// <summary>It was this router's, and it is put back.</summary>
    public void ReportTaken(int address, MonotonicTime now)
    {
        board.Counters.CountAddressTaken();
        if (!_notes.Allows(TakenNote, now))
            return;
        journal.Add(
            NoteSeverity.Warning,
            board.Identity.Name,
            $"{board.Identity.Addresses[address]} was taken off {board.Identity.AddressInterface} by somebody else; "
            + "put back, noted once a minute");
    }
}
