using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vipd.Daemon.Import;

/// <summary>What global_defs sets for all instances.</summary>
internal sealed record GlobalSettings
{
    /// <summary>keepalived's own default is 2.</summary>
    public int Version { get; set; } = 2;

    public TimeSpan StartupDelay { get; set; }

    public TimeSpan? AnnounceRefresh { get; set; }
}

/// <summary>One vrrp_instance → a virtual router, or two where it holds addresses of both families.</summary>
internal sealed class InstanceTranslation(
    Statement instance, string name, bool isInGroup, GlobalSettings global, Trackers trackers, List<ImportNote> notes)
{
    private readonly ImportedRouter _router = new(name, $"vrrp_instance {instance.Argument} ({instance.At})");
    private readonly List<(SourcePlace At, ImportedAddress Address)> _addresses = [];
    private Statement? _version;
    private Statement? _authentication;
    private bool _hasPriority;
    private int _bonus;

    public IReadOnlyList<ImportedRouter> Translate()
    {
        _router.StartupDelay = global.StartupDelay;
        _router.AnnounceRefresh = global.AnnounceRefresh;
        _hasPriority = instance.Children.Any(child => child.Keyword == "priority");
        foreach (Statement child in instance.Children)
            Take(child);
        if (!_router.Preempt)
            _router.PreemptDelay = TimeSpan.Zero;
        if (!_hasPriority)
            _router.Priority = 100;
        RaisePriority();
        List<ImportedRouter> routers = ByFamily();
        foreach (ImportedRouter router in routers)
            SettleVersion(router);
        return routers;
    }

    private void Take(Statement child)
    {
        switch (child.Keyword)
        {
            case "interface":
                _router.Interface = child.Argument;
                break;
            case "virtual_router_id":
                _router.Vrid = Number(child, 1, 255) ?? 0;
                break;
            case "priority":
                _router.Priority = Number(child, 1, 255) ?? 100;
                break;
            case "advert_int":
                _router.AdvertisementInterval = Time(child) ?? TimeSpan.FromSeconds(1);
                break;
            case "version":
                _version = child;
                break;
            case "nopreempt":
                _router.Preempt = false;
                break;
            case "preempt":
                _router.Preempt = true;
                break;
            case "preempt_delay":
                _router.PreemptDelay = Time(child) ?? TimeSpan.Zero;
                break;
            case "garp_master_refresh":
                _router.AnnounceRefresh = Time(child);
                break;
            case "use_vmac":
                _router.VirtualMac = true;
                break;
            case "virtual_ipaddress" or "virtual_ipaddress_excluded":
                TakeAddresses(child, isAdvertised: child.Keyword == "virtual_ipaddress");
                break;
            case "authentication" or "auth_hmac":
                _authentication = child.Keyword == "auth_hmac" ? child : _authentication ?? child;
                break;
            default:
                TakePeersOrTrackers(child);
                break;
        }
    }

    private void TakePeersOrTrackers(Statement child)
    {
        switch (child.Keyword)
        {
            case "unicast_peer":
                foreach (Statement peer in child.Children)
                    TakePeer(peer);
                break;
            case "unicast_src_ip":
                _router.UnicastSource = child.Argument;
                break;
            case "unicast_ttl":
                _router.MinimumTtl ??= Number(child, 1, 255);
                break;
            case "track_interface":
                foreach (Statement line in child.Children)
                    TrackInterface(line);
                break;
            case "track_script" or "track_process" or "track_file":
                foreach (Statement line in child.Children)
                    Track(line);
                break;
            default:
                if (!HookTranslation.Take(child, instance, _router, notes))
                    notes.Add(NotCarried.Of(child));
                break;
        }
    }

    /// <summary>Also for the trackers of a sync group, which count for each member.</summary>
    public void Track(Statement line)
    {
        bool isOwner = _router.Priority == 255;
        if (trackers.Use(line, isInGroup || isOwner) is not { } use)
            return;
        _bonus += use.Bonus;
        if (!_router.Checks.Contains(use.Check))
            _router.Checks.Add(use.Check);
    }

    public void TrackInterface(Statement line)
    {
        (int weight, bool isReversed) = Trackers.WeightOf(line) ?? (0, false);
        if (isReversed || (isInGroup && weight != 0))
        {
            string advice = isReversed
                ? "vipd can't prefer an interface that is down; left out"
                : "keepalived ignores a weight inside a sync group; left out";
            notes.Add(line.At, $"track_interface {line.Keyword}", advice);
            return;
        }

        _bonus += Math.Max(weight, 0);
        _router.TrackInterfaces.Add(new ImportedInterface(line.Keyword, Math.Abs(weight)));
    }

    // keepalived adds a positive weight while all is well; vipd starts high and lowers. Both stop at 254.
    private void RaisePriority()
    {
        if (_bonus == 0 || _router.Priority == 255)
            return;
        int wanted = _router.Priority + _bonus;
        if (wanted > 254)
        {
            notes.Add(
                instance.At,
                "weight",
                $"priority {_router.Priority} and positive weights come to {wanted}, and both daemons stop at 254: "
                    + "with several of them failing vipd may be lower than keepalived was");
        }

        _router.Priority = Math.Min(254, wanted);
    }

    private void TakeAddresses(Statement block, bool isAdvertised)
    {
        foreach (Statement line in block.Children)
        {
            if (AddressLine.Parse(line, _router, isAdvertised, notes) is { } address)
                _addresses.Add((line.At, address));
        }
    }

    private void TakePeer(Statement peer)
    {
        if (!IPAddress.TryParse(peer.Keyword, out IPAddress? address))
        {
            notes.Add(peer.At, peer.Keyword, "is not the address of a peer; left out: add it to unicast.peers");
            return;
        }

        _router.Peers.Add(address.ToString());
        string[] words = [.. peer.Arguments];
        int at = Array.IndexOf(words, "min_ttl");
        if (at >= 0 && at + 1 < words.Length && int.TryParse(words[at + 1], out int ttl) && ttl is > 0 and <= 255)
            _router.MinimumTtl = Math.Min(_router.MinimumTtl ?? 255, ttl);
    }

    /// <summary>An Advertisement names one family; the other gets a virtual router of its own.</summary>
    private List<ImportedRouter> ByFamily()
    {
        AddressFamily main =
            _addresses.Count > 0 ? _addresses[0].Address.Address.AddressFamily : AddressFamily.InterNetwork;
        _router.Addresses.AddRange(OfFamily(address => address.Address.AddressFamily == main));
        ImportedAddress[] others = [.. OfFamily(address => address.Address.AddressFamily != main)];
        if (_router.Addresses.Count == 0)
            notes.Add(instance.At, instance.Argument, "holds no address; add one to virtual_ipaddress");
        if (others.Length == 0)
            return [_router];
        string suffix = main == AddressFamily.InterNetwork ? "v6" : "v4";
        notes.Add(
            _addresses.First(taken => taken.Address.Address.AddressFamily != main).At,
            "virtual_ipaddress",
            $"addresses of the other family became the virtual router {name}-{suffix}, in one sync group with {name}; "
                + "it elects only among vipd nodes, so move all of them");
        var other = _router with
        {
            Name = $"{name}-{suffix}",
            Addresses = [.. others.Select(address => address with { IsAdvertised = true })],
            Peers = [],
            Hooks = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal),
        };
        other.UnicastSource = null;
        return [_router, other];
    }

    private IEnumerable<ImportedAddress> OfFamily(Func<ImportedAddress, bool> isMeant) =>
        _addresses.Select(taken => taken.Address).Where(isMeant);

    private void SettleVersion(ImportedRouter router)
    {
        bool isIPv6 = router.Addresses is [{ Address.AddressFamily: AddressFamily.InterNetworkV6 }, ..];
        router.Version = isIPv6 ? 3 : _version is null ? global.Version : Number(_version, 2, 3) ?? 2;
        if (router.Version == 2 && router.AdvertisementInterval.Milliseconds != 0)
        {
            int seconds = (int)router.AdvertisementInterval.TotalSeconds;
            router.AdvertisementInterval = TimeSpan.FromSeconds(Math.Max(1, seconds));
            notes.Add(instance.At, "advert_int", "version 2 counts in whole seconds; rounded down");
        }

        if (_authentication is not null)
            router.Authentication = AuthenticationTranslation.Translate(_authentication, router, notes);
    }

    private int? Number(Statement statement, int min, int max)
    {
        if (int.TryParse(statement.Argument, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max)
        {
            return value;
        }

        notes.Add(statement.At, statement.Keyword, $"is not a number from {min} to {max}; give it by hand");
        return null;
    }

    private TimeSpan? Time(Statement statement)
    {
        if (Seconds.Parse(statement.Argument) is { } time)
            return time;
        notes.Add(statement.At, statement.Keyword, "is not a number of seconds; give it by hand");
        return null;
    }
}
