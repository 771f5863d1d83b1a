using System.Buffers;
using System.Text;

namespace Vipd.Daemon.Configuration;

/// <summary>vipd.yaml on disk: what every command that needs the configuration begins with.</summary>
public static class ConfigurationFile
{
    public const string DefaultPath = "/etc/vipd/vipd.yaml";

    /// <summary>4096 addresses take 100 KiB.</summary>
    public const int MaxOctets = 1 << 20;

    /// <summary>Room for one that has not hundreds of addresses; for others it grows.</summary>
    private const int UsualOctets = 1 << 14;

    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The control characters that YAML excludes (YAML 1.2 §5.1): all but tab and the ends of lines.</summary>
    private static readonly SearchValues<char> ForbiddenCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code).Except(['\t', '\n', '\r']), '\u007f']);

    /// <summary>Reads and validates. A file that can't be read is an error at 1:1, no exception.</summary>
    public static ConfigurationResult Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Directory.Exists(path)
                ? Refused(path, "is a directory; name the file in it")
                : Parse(path, ReadOctets(path));
        }
        catch (Exception refused) when (refused is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refused(path, "there is no such file; create it, or name another with --config FILE");
        }
        catch (UnauthorizedAccessException)
        {
            return Refused(path, "may not be read by this user; run as root, or allow it with chgrp and chmod");
        }
        catch (Exception refused) when (refused is IOException or ArgumentException or NotSupportedException)
        {
            return Refused(path, "can't be read: " + ScalarFormats.Shorten(refused.Message, 200));
        }
    }

    /// <summary>Validates text that is already at hand; <paramref name="file"/> only names it in errors.</summary>
    public static ConfigurationResult Parse(string file, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(file, Encoding.UTF8.GetBytes(text));
    }

    private static ConfigurationResult Parse(string file, ReadOnlySpan<byte> octets)
    {
        if (octets.Length > MaxOctets)
            return Refused(file, $"is larger than {MaxOctets >> 10} KiB; no vipd configuration needs that");
        if (octets.StartsWith(Encoding.UTF8.Preamble))
            octets = octets[Encoding.UTF8.Preamble.Length..];
        string text;
        try
        {
            text = StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException refused)
        {
            string before = Encoding.UTF8.GetString(octets[..Math.Clamp(refused.Index, 0, octets.Length)]);
            return Refused(file, "is not UTF-8 text from here on; save it as UTF-8", PositionAtEnd(before));
        }

        // A NUL would end the text for the YAML scanner, and hide all that follows it.
        int control = text.AsSpan().IndexOfAny(ForbiddenCharacters);
        return control < 0
            ? ConfigurationReader.Parse(file, text)
            : Refused(
                file,
                $"control character U+{(int)text[control]:X4} is not text; remove it",
                PositionAtEnd(text[..control]));
    }

    private static ReadOnlySpan<byte> ReadOctets(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] octets = new byte[UsualOctets];
        int length = 0;
        while (true)
        {
            length += file.ReadAtLeast(octets.AsSpan(length), octets.Length - length, throwOnEndOfStream: false);
            if (length < octets.Length || length > MaxOctets)
                return octets.AsSpan(0, length);
            Array.Resize(ref octets, 2 * length);
        }
    }

    private static ConfigurationResult Refused(string file, string message, Position? at = null)
    {
        var errors = new ErrorList(file);
        errors.Add(at ?? new Position(1, 1), message);
        return new ConfigurationResult(null, errors.InOrder());
    }

    private static Position PositionAtEnd(string before) =>
        new(1 + before.AsSpan().Count('\n'), before.Length - before.LastIndexOf('\n'));
}
