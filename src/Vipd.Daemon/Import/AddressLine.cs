using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vipd.Daemon.Import;

/// <summary>One line of virtual_ipaddress: the address, and words about it.</summary>
internal static class AddressLine
{
    private static readonly string[] WithValue =
        ["dev", "brd", "broadcast", "scope", "label", "peer", "track_group", "preferred_lft"];

    public static ImportedAddress? Parse(
        Statement line, ImportedRouter router, bool isAdvertised, List<ImportNote> notes)
    {
        string[] parts = line.Keyword.Split('/', 2);
        if (!IPAddress.TryParse(parts[0], out IPAddress? address))
        {
            notes.Add(line.At, line.Keyword, "is not an address; left out: add what it means to addresses");
            return null;
        }

        int widest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        bool hasPrefix = int.TryParse(
            parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int given) && parts.Length == 2;
        int prefix = hasPrefix && given > 0 && given <= widest ? given : widest;
        string[] words = [.. line.Arguments];
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            string value = WithValue.Contains(word) && i + 1 < words.Length ? words[++i] : "";
            if (AdviceFor(word, value, router.Interface) is { } advice)
                notes.Add(line.At, $"{address} {word}", advice);
        }

        return new ImportedAddress(address, prefix, isAdvertised);
    }

    private static string? AdviceFor(string word, string value, string own) => word switch
    {
        "dev" when value == own => null,
        "dev" => $"vipd puts every address of a router on its interface, not on {value}; use a router on {value}",
        "brd" or "broadcast" => "the kernel needs no broadcast address here; left out",
        "scope" when value is "global" or "0" => null,
        "scope" => "vipd's addresses have global scope",
        "label" => "vipd sets no label; `ip -d address` shows its addresses by proto 112",
        "-nodad" or "nodad" => "vipd adds IPv6 addresses without duplicate address detection already",
        "preferred_lft" => "vipd marks its addresses as deprecated, so that they are not used as a source",
        "no_track" => "vipd puts back an address that somebody removes",
        _ => "vipd knows no counterpart; left out",
    };
}
