using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Observability;

/// <summary>A Virtual Router and the labels that only a reload changes.</summary>
internal sealed class RouterSeries(RouterBoard board)
{
    public RouterBoard Board => board;

    public Label Name { get; } = new("router", board.Identity.Name);

    public Label AddressInterface { get; } = new("interface", board.Identity.AddressInterface);

    public Label[] Addresses { get; } =
        [.. board.Identity.Addresses.Select(static address => new Label("address", address.ToString()))];
}
