using Vipd.Linux;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// What one Virtual Router does to the network. Called by the election thread alone. When the kernel says no, the call
/// returns what it said; nothing is thrown.
/// </summary>
public interface IRouterPorts
{
    /// <summary>When <see cref="Renew"/> wants to be called; Never while no address is leased.</summary>
    MonotonicTime NextRenewal { get; }

    /// <summary>Sends one Advertisement; the first 255 virtual addresses are in it.</summary>
    LinuxException? SendAdvertisement(Priority priority);

    /// <summary>
    /// Leaves an Advertisement to be sent with those of the other routers, in this pass of the loop. False: it has to
    /// be sent by itself.
    /// </summary>
    /// <param name="priority">In it.</param>
    /// <param name="receipt">Told once it has gone out, with null, or what the kernel has said.</param>
    bool TryQueueAdvertisement(Priority priority, Action<LinuxException?> receipt);

    /// <summary>
    /// Puts virtual addresses first .. first + count - 1 on the interface; those that are there already stay.
    /// </summary>
    /// <remarks>Ends a cut of connections that is under way.</remarks>
    LinuxException? AddAddresses(int first, int count, MonotonicTime now);

    /// <summary>
    /// What is sent to the addresses that were added arrives here. False for a moment after <see cref="AddAddresses"/>,
    /// in IPv6: what is announced sooner is lost.
    /// </summary>
    bool AreReached();

    /// <summary>
    /// Does a bounded part of ending the TCP connections on the virtual addresses, whose far ends hear of it as long as
    /// the addresses are here; what listens stays. True while there is more to do. The kernel's refusal comes with the
    /// last part.
    /// </summary>
    bool CutConnections(out LinuxException? refused);

    /// <summary>
    /// Takes every address off the interface that this port has put there, and ends a cut that is under way. What the
    /// kernel did not remove is for the next call, which costs nothing where nothing is left.
    /// </summary>
    LinuxException? RemoveAddresses();

    /// <summary>
    /// Announces virtual addresses first .. first + count - 1 once each; <paramref name="sent"/> counts packets.
    /// </summary>
    LinuxException? Announce(int first, int count, out int sent);

    /// <summary>
    /// Says once that every virtual address is at <paramref name="virtualMac"/>, where another node has it.
    /// </summary>
    LinuxException? PointTo(MacAddress virtualMac, out int sent);

    /// <summary>
    /// Renews the kernel lease of a bounded number of addresses. False if it ran out before or meanwhile: the kernel
    /// has taken the addresses, somebody else may have them, and here they are now as if never added.
    /// </summary>
    bool Renew(MonotonicTime now);

    /// <summary>The kernel reports an address on the router's interface; what that means.</summary>
    AddressNews Observe(int address, in AddressSighting sighting, MonotonicTime now);

    /// <summary>With which it is, or would be, put on the interface.</summary>
    byte PrefixLengthOf(int address);

    /// <summary>This port has put the address on the interface.</summary>
    bool IsOurs(int address);

    /// <summary>
    /// Somebody else has put the address on the interface: used while Active, and never leased, tagged or removed.
    /// </summary>
    bool IsForeign(int address);

    /// <summary>
    /// The address stands before the interface's own and would be chosen as a source: put it behind them.
    /// </summary>
    LinuxException? PutBehind(int address);

    /// <summary>
    /// The kernel's reports have been lost, and with them those of removals by <see cref="PutBehind"/>: the next one is
    /// of somebody else's removal.
    /// </summary>
    void ForgetOwnRemovals();

    /// <summary>The link-layer address of the interface is now another one.</summary>
    void ChangeLinkLayerAddress(MacAddress own);

    /// <summary>
    /// Takes the place of <paramref name="former"/>, which is not used any more, after a reload: what it holds of the
    /// same addresses is held on, the rest is for <see cref="Retire"/>. What an earlier reload gave up is removed at
    /// once; after a refusal of that call <see cref="RemoveAddresses"/> and <see cref="Retire"/> again.
    /// </summary>
    /// <param name="former">Of the same make.</param>
    /// <param name="formerNumbers">For each address its number there; negative if it is new.</param>
    LinuxException? Inherit(IRouterPorts former, ReadOnlySpan<int> formerNumbers, MonotonicTime now);

    /// <summary>
    /// Does a bounded part of giving up the addresses that are no longer in the configuration: the connections on them
    /// are cut, then they are removed. True while there is more to do; after a refusal call again.
    /// </summary>
    bool Retire(out LinuxException? refused);
}
