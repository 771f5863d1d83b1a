using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>From a virtual address to its number in the router, without allocation.</summary>
internal sealed class AddressIndex
{
    private readonly InternetAddress[] _sorted;
    private readonly int[] _numbers;

    public AddressIndex(IReadOnlyList<InternetAddress> addresses)
    {
        _sorted = [.. addresses];
        _numbers = [.. Enumerable.Range(0, addresses.Count)];
        Array.Sort(_sorted, _numbers);
    }

    public bool TryFind(InternetAddress address, out int number)
    {
        int position = Array.BinarySearch(_sorted, address);
        number = position < 0 ? -1 : _numbers[position];
        return position >= 0;
    }
}
