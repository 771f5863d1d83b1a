using System.Collections.Immutable;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What the election thread has put on the interfaces, for whoever records it. One writer; it allocates only when
/// something has changed, and that is never a renewal.
/// </summary>
public sealed class HeldAddresses
{
    private volatile ImmutableHashSet<RecordedAddress> _addresses = [];
    private volatile Action? _changed;

    /// <summary>Now; the set never changes.</summary>
    internal IReadOnlySet<RecordedAddress> Addresses => _addresses;

    /// <summary>Called on the election thread from now on: it must neither wait nor throw.</summary>
    public void OnChange(Action changed) => _changed = changed;

    internal void Set(RecordedAddress address, bool held)
    {
        if (_addresses.Contains(address) == held)
            return;
        _addresses = held ? _addresses.Add(address) : _addresses.Remove(address);
        _changed?.Invoke();
    }
}
