namespace Vipd.Vrrp.Wire;

/// <summary>How the address list of an Advertisement compares with ours (RFC 9568 §7.1, last check).</summary>
public enum AddressListMatch : byte
{
    /// <summary>The same addresses, in whatever order.</summary>
    Same,

    /// <summary>Some are the same: accepted, but one of the two configurations is wrong.</summary>
    Differs,

    /// <summary>None is ours: not a peer but another cluster with the same VRID.</summary>
    Unrelated,
}

/// <summary>The addresses that a router expects a peer to advertise. Comparing allocates nothing.</summary>
public sealed class ExpectedAddresses
{
    private readonly byte[] _advertised;
    private readonly InternetAddress[] _sortedAdvertised;
    private readonly InternetAddress[] _sortedAll;
    private readonly int _addressLength;

    /// <param name="advertised">What our own Advertisements carry, in their order; 1..255 of one family.</param>
    /// <param name="all">Every virtual address, also those that are kept out of the Advertisement.</param>
    public ExpectedAddresses(ReadOnlySpan<InternetAddress> advertised, ReadOnlySpan<InternetAddress> all)
    {
        _addressLength = advertised[0].Length;
        _advertised = new byte[advertised.Length * _addressLength];
        for (int i = 0; i < advertised.Length; i++)
            advertised[i].CopyTo(_advertised.AsSpan(i * _addressLength));
        _sortedAdvertised = advertised.ToArray();
        Array.Sort(_sortedAdvertised);
        _sortedAll = all.ToArray();
        Array.Sort(_sortedAll);
    }

    /// <summary>Compares with the addresses of a sound message of our family, as they lie there.</summary>
    public AddressListMatch Match(ReadOnlySpan<byte> addressOctets)
    {
        if (addressOctets.SequenceEqual(_advertised))
            return AddressListMatch.Same;
        bool isSame = addressOctets.Length == _advertised.Length;
        bool isRelated = false;
        for (; !addressOctets.IsEmpty; addressOctets = addressOctets[_addressLength..])
        {
            var address = InternetAddress.From(addressOctets[.._addressLength]);
            isSame &= Array.BinarySearch(_sortedAdvertised, address) >= 0;
            isRelated |= Array.BinarySearch(_sortedAll, address) >= 0;
        }

        return isSame ? AddressListMatch.Same : isRelated ? AddressListMatch.Differs : AddressListMatch.Unrelated;
    }
}
