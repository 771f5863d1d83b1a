using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

/// <summary>All that makes an Advertisement, drawn from a seed.</summary>
internal sealed record SampleMessage(
    Vrid Vrid,
    Priority Priority,
    Centiseconds Interval,
    InternetAddress[] Addresses,
    ReceivedHeader Header,
    ChecksumForm Form)
{
    public static SampleMessage Random(int seed, bool isIPv6, ChecksumForm form, int? addressCount = null)
    {
        var random = new Random(seed);
        var addresses = new InternetAddress[addressCount ?? random.Next(1, 12)];
        for (int i = 0; i < addresses.Length; i++)
            addresses[i] = Address();
        return new SampleMessage(
            new Vrid(random.Next(1, 256)), new Priority((byte)random.Next(256)), new Centiseconds(random.Next(1, 4096)),
            addresses, new ReceivedHeader(255, Address(), Address()), form);

        InternetAddress Address()
        {
            byte[] octets = new byte[isIPv6 ? 16 : 4];
            random.NextBytes(octets);
            return InternetAddress.From(octets);
        }
    }

    public int WriteTo(Span<byte> destination) => Advertisement.Write(
        destination, Vrid, Priority, Interval, Addresses, Header.Source, Header.Destination, Form);

    public byte[] ToArray()
    {
        byte[] message = new byte[Advertisement.LengthOf(Addresses.Length, Header.Source.IsIPv6)];
        Assert.Equal(message.Length, WriteTo(message));
        return message;
    }

    public bool Matches(Advertisement read)
    {
        if (read.AddressCount != Addresses.Length || read.IsIPv6 != Header.Source.IsIPv6)
            return false;
        for (int i = 0; i < Addresses.Length; i++)
        {
            if (read.AddressAt(i) != Addresses[i])
                return false;
        }
        return read.Vrid == Vrid && read.Priority == Priority && read.MaxAdvertiseInterval == Interval
            && read.Reserved == 0 && read.ChecksumForm == Form;
    }
}
