using System.Globalization;
using System.Net;
using System.Text;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>One address as the kernel had it when it was recorded.</summary>
/// <param name="CreatedAt">See <see cref="InterfaceAddress.CreatedAt"/>: what is removed and added again by somebody
/// else is another address.</param>
internal readonly record struct RecordedAddress(
    InterfaceIndex Interface, InternetAddress Address, byte PrefixLength, uint CreatedAt);

/// <summary>
/// What a vipd has put on the interfaces, in a file beside its control socket: so its successor and `vipd release`
/// know it where the kernel has no IFA_PROTO (before Linux 5.18), and where the configuration cannot be read.
/// <code>
///   vipd-addresses 1 3d2c9bbb-...        the boot: interface numbers and times mean nothing in another one
///   2 192.0.2.100/32 5312                interface, address, when the kernel created it
/// </code>
/// </summary>
internal static class AddressRecord
{
    private const string Header = "vipd-addresses 1 ";
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    public static string PathFor(string controlSocket) => controlSocket + ".addresses";

    public static string BootId() => File.ReadAllText(BootIdFile).Trim();

    public static string Format(string bootId, IEnumerable<RecordedAddress> addresses)
    {
        var text = new StringBuilder(Header).Append(bootId).Append('\n');
        foreach (RecordedAddress held in addresses)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{held.Interface.Value} {held.Address}/{held.PrefixLength} {held.CreatedAt}\n");
        }

        return text.ToString();
    }

    /// <summary>Null: no record, or one of another boot. A damaged line is none.</summary>
    public static IReadOnlySet<RecordedAddress>? Parse(string text, string bootId)
    {
        string[] lines = text.Split('\n');
        return lines[0] == Header + bootId ? lines[1..].Select(ParseLine).OfType<RecordedAddress>().ToHashSet() : null;
    }

    /// <summary>Null: no record, none of this boot, or one that may not be read.</summary>
    public static IReadOnlySet<RecordedAddress>? Read(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path), BootId()) : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all: rename(2) replaces what is there in one step.</summary>
    /// <exception cref="IOException">It cannot be written, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">It is somebody else's.</exception>
    public static void Write(string path, IEnumerable<RecordedAddress> addresses)
    {
        string draft = path + ".new";
        File.WriteAllText(draft, Format(BootId(), addresses));
        File.Move(draft, path, overwrite: true);
    }

    private static RecordedAddress? ParseLine(string line)
    {
        string[] words = line.Split(' ', '/');
        return words is [var index, var address, var prefixLength, var createdAt]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && IPAddress.TryParse(address, out IPAddress? ip)
            && byte.TryParse(prefixLength, NumberStyles.None, CultureInfo.InvariantCulture, out byte length)
            && uint.TryParse(createdAt, NumberStyles.None, CultureInfo.InvariantCulture, out uint time)
                ? new RecordedAddress(new InterfaceIndex(number), InternetAddress.From(ip), length, time)
                : null;
    }
}
