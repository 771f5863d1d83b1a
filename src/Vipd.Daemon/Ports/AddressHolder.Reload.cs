using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Ports;

/// <summary>From the holder of one configuration to that of the next.</summary>
internal sealed partial class AddressHolder
{
    /// <summary>
    /// Takes over what a former holder has of the same addresses, and the age of their lease. The former one is left
    /// with the others that are its own, which are returned: they are to be removed.
    /// </summary>
    /// <param name="former">With the same prefix lengths.</param>
    /// <param name="formerNumbers">For each address its number there; negative if it is new.</param>
    /// <param name="now">If the lease is another one, the caller adds the addresses again at once.</param>
    public IReadOnlyList<IpOctets> Inherit(
        AddressHolder former, ReadOnlySpan<int> formerNumbers, MonotonicTime now)
    {
        bool sameLease = _renewals[0].ValidSeconds == former._renewals[0].ValidSeconds;
        _kernelTags = former._kernelTags;
        for (int i = 0; i < formerNumbers.Length; i++)
        {
            int number = formerNumbers[i];
            if (number < 0)
                continue;
            if (former._holdings[number] == Holding.Ours)
                Hold(i, sameLease ? former._schedule?.Since(number) ?? now : now, now);
            else
                Change(i, former._holdings[number]);
            _strangers[i] = former._strangers[number];
            _ownRemovals[i] = former._ownRemovals[number];
        }

        _schedule?.Hurry(sameLease ? former.NextRenewal : now);
        foreach (int number in formerNumbers)
        {
            if (number >= 0)
                former.Change(number, Holding.None);
        }

        return [.. former._requests.Where((_, i) => former.IsFromHere(i)).Select(left => left.Address)];
    }

    /// <summary>
    /// What an earlier reload gave up and the kernel has not removed, and is wanted again: from now on it is for this
    /// holder to remove or, by adding it, to keep.
    /// </summary>
    public void TakeBack(AddressHolder retired)
    {
        Dictionary<(InterfaceIndex, IpOctets, byte), int> numbers = [];
        for (int i = 0; i < _requests.Length; i++)
            numbers[KeyOf(_requests[i])] = i;
        for (int left = 0; left < retired._requests.Length; left++)
        {
            if (!retired.IsFromHere(left) || !numbers.TryGetValue(KeyOf(retired._requests[left]), out int number))
                continue;
            Change(number, Holding.Leaving);
            retired.Change(left, Holding.None);
        }
    }

    private static (InterfaceIndex, IpOctets, byte) KeyOf(in AddressRequest request) =>
        (request.Interface, request.Address, request.PrefixLength);
}
