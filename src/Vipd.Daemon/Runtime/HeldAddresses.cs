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
    private ImmutableHashSet<RecordedAddress>.Builder? _next;

    /// <summary>Now; the set never changes.</summary>
    internal IReadOnlySet<RecordedAddress> Addresses => _addresses;

    /// <summary>Called on the election thread from now on: it must neither wait nor throw.</summary>
    public void OnChange(Action changed) => _changed = changed;

    /// <summary>Counts from the next <see cref="Publish"/> on.</summary>
    internal void Set(RecordedAddress address, bool held)
    {
        if (_next is null && _addresses.Contains(address) == held)
            return;
        _next ??= _addresses.ToBuilder();
        if (held)
            _next.Add(address);
        else
            _next.Remove(address);
    }

    /// <summary>All that is held, as listed: reports may have been lost.</summary>
    internal void Replace(IEnumerable<RecordedAddress> listed)
    {
        ImmutableHashSet<RecordedAddress> all = [.. listed];
        _next = _addresses.SetEquals(all) ? null : all.ToBuilder();
        Publish();
    }

    /// <summary>Many changes that come together are one: a take-over of 2,000 addresses.</summary>
    internal void Publish()
    {
        if (_next is not { } next)
            return;
        _next = null;
        _addresses = next.ToImmutable();
        _changed?.Invoke();
    }
}
