using Vipd.Daemon.Ports;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>Whether the interface lets the router take part: its link, and the address that it sends from.</summary>
internal sealed partial class RouterRuntime
{
    private bool _isLinkUsable = true;
    private bool _isPrimaryMissing;

    /// <summary>
    /// The address that it sends from has gone, and any other of the interface's would do. (By unicast the peers know
    /// this one.)
    /// </summary>
    public bool MayTakeOtherSource => _isPrimaryMissing && Opened is { Plan.Unicast: null };

    /// <summary>IPv4 goes on with a source that is missing.</summary>
    private bool NeedsSource => Opened is { At.Protocol.NeedsSource: true };

    /// <summary>The interface can be used, or cannot.</summary>
    public void ObserveLink(bool usable, MonotonicTime now)
    {
        _isLinkUsable = usable;
        TellOfInterface(now);
    }

    /// <summary>The macvlan that carries the addresses; null: the interface does.</summary>
    public VirtualMacLink? VirtualMac => Opened?.VirtualMac;

    /// <summary>Somebody may have put it down.</summary>
    public void ObserveVirtualMac(bool isUp, MonotonicTime now) =>
        NoteFailure(RouterActionKind.AddAddresses, VirtualMac?.Observe(isUp), now);

    /// <summary>An address was seen on the interface that Advertisements are sent from.</summary>
    public void ObserveSource(InternetAddress address, MonotonicTime now) =>
        ObservePrimary(address, present: true, now);

    /// <inheritdoc cref="IRouterPorts.ForgetOwnRemovals"/>
    public void ForgetOwnRemovals() => _ports.ForgetOwnRemovals();

    private void ObservePrimary(InternetAddress address, bool present, MonotonicTime now)
    {
        if (!SendsFrom(address) || present != _isPrimaryMissing)
            return;
        _isPrimaryMissing = !present;
        if (!NeedsSource)
            return;
        NotePrimary();
        TellOfInterface(now);
    }

    /// <summary>
    /// Without the address that Advertisements are sent from nobody would hear of an Active Router. IPv6 takes it away
    /// with the link, and checks for duplicates, for a second and more, when the link is back.
    /// </summary>
    private void TellOfInterface(MonotonicTime now) => Handle(
        _isLinkUsable && !(_isPrimaryMissing && NeedsSource)
            ? RouterEvent.FaultCleared(RouterFaults.Interface)
            : RouterEvent.FaultRaised(RouterFaults.Interface),
        now);

    private void NotePrimary() => _journal.Add(
        _isPrimaryMissing ? NoteSeverity.Warning : NoteSeverity.Information,
        _board.Identity.Name,
        $"{_board.Identity.PrimaryAddress}, the source of the Advertisements, is "
        + (_isPrimaryMissing ? "not usable on" : "back on") + $" {_board.Identity.InterfaceName}");
}
