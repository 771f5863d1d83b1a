namespace Vipd.Vrrp.Tests.Wire;

/// <summary>
/// A buffer full of 0xA5: what a writer forgets to write shows in the comparison, and so does what it writes too far.
/// </summary>
internal sealed class PoisonedBuffer
{
    private const byte Poison = 0xA5;

    private readonly byte[] _octets = new byte[8192];

    public PoisonedBuffer() => Array.Fill(_octets, Poison);

    public Span<byte> Span => _octets;

    public void AssertHoldsOnly(ReadOnlySpan<byte> expected)
    {
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Span[..expected.Length]));
        Assert.Equal(-1, Span[expected.Length..].IndexOfAnyExcept(Poison));
    }
}
