using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// The macvlan on which one router's addresses answer under its Virtual Router MAC Address. It exists as long as the
/// router is configured and is up only while the router holds addresses: a Backup Router must not take frames for that
/// address (RFC 9568 §6.4.2; a node that forwards would pass them on, a second time), and must send none from it, for a
/// switch to learn (the kernel sends group reports as soon as an interface is up).
/// </summary>
/// <remarks>
/// Raised by the election thread (some 15 µs); lowered behind its back, since the kernel then waits until nobody looks
/// at the link any more (RCU), for up to milliseconds.
/// </remarks>
internal sealed class VirtualMacLink(
    MacvlanRequest request, MacAddress address, MacvlanNetlink netlink, VirtualMacLinks links) : IThreadPoolWorkItem
{
    private volatile bool _isRaised;

    public InterfaceIndex Index => request.Index;

    public string Name => request.Name;

    public InterfaceIndex Parent => request.Parent;

    public MacAddress Address => address;

    /// <summary>It is meant to be up: the addresses are here.</summary>
    public bool IsRaised => _isRaised;

    /// <summary>
    /// Puts it up, if it is not. One that somebody has deleted is made again with its number, so that all that is
    /// prepared for it still fits.
    /// </summary>
    public LinuxException? Raise()
    {
        _isRaised = true;
        int errno;
        try
        {
            errno = netlink.SetUp(Index);
            if (errno == AddressErrno.NoInterface)
            {
                netlink.Create(request);
                errno = netlink.SetUp(Index);
            }
        }
        catch (LinuxException refused)
        {
            _isRaised = false;
            return refused;
        }

        if (errno == 0)
            return null;
        _isRaised = false;
        string? advice = errno == MacvlanNetlink.AddressInUse
            ? $"another macvlan has the address {address} (`ip -d link show type macvlan`): delete it"
            : null;
        return new LinuxException($"RTM_SETLINK {Name} up", errno, advice);
    }

    /// <summary>The addresses are gone. Returns at once.</summary>
    public void Lower()
    {
        if (!_isRaised)
            return;
        _isRaised = false;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The kernel reports it: an administrator may have put it down.</summary>
    public LinuxException? Observe(bool isUp) => _isRaised && !isUp ? Raise() : null;

    /// <summary>The router that used it has ended, or another one that uses it has begun to.</summary>
    public void Release() => links.Release(this);

    void IThreadPoolWorkItem.Execute() => links.SwitchOff(this);
}
