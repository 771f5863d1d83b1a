using System.Globalization;
using System.Net;

namespace Vipd.Lab.Network;

/// <summary>An address and its prefix length, as <c>ip addr</c> shows and vipd's configuration takes them.</summary>
public sealed record PrefixedAddress(IPAddress Address, int PrefixLength)
{
    public static PrefixedAddress Parse(string text) =>
        text.Split('/') is [var address, var length]
            ? new PrefixedAddress(IPAddress.Parse(address), int.Parse(length, CultureInfo.InvariantCulture))
            : throw new FormatException(text);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");
}
