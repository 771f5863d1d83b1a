using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;
using Vipd.Vrrp.Wire;

namespace Vipd.Daemon.Runtime;

/// <summary>An interface of this machine as it was when the daemon looked.</summary>
public sealed record InterfacePlan(InterfaceIndex Index, string Name, MacAddress LinkLayerAddress, bool IsUsable);

/// <summary>Everything that the election thread needs to run one Virtual Router.</summary>
/// <param name="PrefixLengths">One an address of <see cref="RouterIdentity.Addresses"/>.</param>
/// <param name="ChecksumForm">What is sent.</param>
public sealed record RouterPlan(
    RouterIdentity Identity,
    RouterParameters Parameters,
    InterfacePlan Interface,
    IReadOnlyList<byte> PrefixLengths,
    ChecksumForm ChecksumForm);
