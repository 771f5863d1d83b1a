using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>
/// Makes and deletes the macvlans of this daemon, and changes the interfaces below for as long as there are some.
/// Called by whoever prepares plans and, for what takes the kernel long, by threads of the pool; the election thread
/// only asks them to.
/// </summary>
internal sealed class VirtualMacLinks : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MacvlanNetlink _netlink;

    /// <summary>What the election thread switches with.</summary>
    private readonly MacvlanNetlink _switching;

    private readonly Dictionary<string, (VirtualMacLink Link, int Users)> _links = [];
    private bool _isDisposed;

    /// <summary>In the network namespace of the calling thread.</summary>
    /// <exception cref="LinuxException">No descriptor is left.</exception>
    public VirtualMacLinks()
    {
        _netlink = new MacvlanNetlink();
        _switching = new MacvlanNetlink();
    }

    /// <summary>Makes the macvlan of a router, down, unless another router with the same one still uses it.</summary>
    /// <exception cref="LinuxException">The kernel refused; nothing has been changed.</exception>
    public VirtualMacLink Acquire(InterfaceIndex parent, string parentName, Vrid vrid, bool isIPv6)
    {
        string name = VirtualMacAlias.NameFor(parent, vrid, isIPv6);
        lock (_gate)
        {
            if (_links.TryGetValue(name, out (VirtualMacLink Link, int Users) known))
            {
                _links[name] = known with { Users = known.Users + 1 };
                return known.Link;
            }

            VirtualMacLink link = Make(name, parent, parentName, vrid, isIPv6);
            _links.Add(name, (link, 1));
            return link;
        }
    }

    /// <summary>One user less; with the last one it is deleted, later. Returns at once.</summary>
    public void Release(VirtualMacLink link) => ThreadPool.QueueUserWorkItem(_ => Quietly(() =>
    {
        (VirtualMacLink known, int users) = _links[link.Name];
        if (users > 1)
        {
            _links[link.Name] = (known, users - 1);
            return;
        }

        _links.Remove(link.Name);
        Delete(_netlink, link.Index, link.Parent);
    }));

    /// <summary>Puts it down; up again if it was wanted meanwhile.</summary>
    public void SwitchOff(VirtualMacLink link) => Quietly(() =>
    {
        if (link.IsRaised)
            return;
        _netlink.SetDown(link.Index);
        if (link.IsRaised)
            _netlink.SetUp(link.Index);
    });

    /// <summary>Deletes what is left; all that was asked for before is done or need not be.</summary>
    public void Dispose()
    {
        Quietly(() =>
        {
            foreach ((VirtualMacLink link, _) in _links.Values)
                Delete(_netlink, link.Index, link.Parent);
        });
        lock (_gate)
        {
            _isDisposed = true;
            _netlink.Dispose();
            _switching.Dispose();
        }
    }

    /// <summary>
    /// Deletes every macvlan that a vipd has left, and restores what lies below. The caller makes sure that no vipd
    /// lives. Returns the names of those that are gone.
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused to list or to delete.</exception>
    public static IReadOnlyList<string> RemoveRemains(MacvlanNetlink netlink)
    {
        MacvlanLink[] remains = [.. netlink.List().Where(link => VirtualMacAlias.TryParse(link.Alias) is not null)];
        foreach (MacvlanLink link in remains)
            Delete(netlink, link.Index, link.Parent);
        return [.. remains.Select(link => link.Name)];
    }

    private VirtualMacLink Make(string name, InterfaceIndex parent, string parentName, Vrid vrid, bool isIPv6)
    {
        ArpConduct? before = isIPv6 ? null : ConductBefore(_netlink.List(), parent) ?? _netlink.ReadArp(parent);
        var address = MacAddress.OfVirtualRouter(vrid, isIPv6);
        byte[] octets = new byte[MacAddress.Length];
        address.CopyTo(octets);
        string alias = new VirtualMacAlias(vrid, parentName, before).ToString();
        var request = new MacvlanRequest(default, name, parent, octets, alias);
        InterfaceIndex index = _netlink.Create(request);
        try
        {
            // Only now: what is to be restored is written down in the alias.
            if (before is { } conduct && VirtualMacAlias.Needed(conduct) is var needed && needed != conduct)
                _netlink.SetArp(parent, needed);
        }
        catch
        {
            Delete(_netlink, index, parent);
            throw;
        }

        return new VirtualMacLink(request with { Index = index }, address, _switching, this);
    }

    /// <summary>Restores what lies below if this is the last one on it, and deletes it: in this order, since the
    /// alias is the record of what is to be restored.</summary>
    private static void Delete(MacvlanNetlink netlink, InterfaceIndex index, InterfaceIndex parent)
    {
        IReadOnlyList<MacvlanLink> all = netlink.List();
        ArpConduct? before = ConductBefore([.. all.Where(link => link.Index == index)], parent);
        bool isLast = ConductBefore([.. all.Where(link => link.Index != index)], parent) is null;
        if (isLast && before is { } conduct && netlink.ReadArp(parent) is { } now
            && VirtualMacAlias.Restored(conduct, now) is var restored && restored != now)
        {
            netlink.SetArp(parent, restored);
        }

        netlink.Delete(index);
    }

    /// <summary>What the macvlans of ours on an interface have written down; null: there is none.</summary>
    private static ArpConduct? ConductBefore(IReadOnlyList<MacvlanLink> links, InterfaceIndex parent) => links
        .Where(link => link.Parent == parent)
        .Select(link => VirtualMacAlias.TryParse(link.Alias)?.Before)
        .FirstOrDefault(before => before is not null);

    /// <summary>
    /// What fails here leaves a macvlan behind, which the next start or `vipd release` removes: no reason to end.
    /// </summary>
    private void Quietly(Action action)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            try
            {
                action();
            }
            catch (LinuxException)
            {
            }
        }
    }
}
