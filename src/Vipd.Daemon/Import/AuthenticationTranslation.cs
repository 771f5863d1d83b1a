using System.Text;

namespace Vipd.Daemon.Import;

/// <summary>`authentication` and `auth_hmac` → vipd's, with HMAC keys in files of their own.</summary>
internal static class AuthenticationTranslation
{
    /// <summary>RFC 2338 §5.3.6.1: the field has eight.</summary>
    private const int MostOctets = 8;

    public static ImportedAuthentication? Translate(Statement block, ImportedRouter router, List<ImportNote> notes) =>
        block.Keyword == "auth_hmac" ? Hmac(block, router, notes) : Password(block, router, notes);

    private static ImportedAuthentication? Password(Statement block, ImportedRouter router, List<ImportNote> notes)
    {
        Statement? type = Child(block, "auth_type");
        Statement? password = Child(block, "auth_pass");
        if (router.Version == 3)
        {
            notes.Add(block.At, "authentication", "version 3 has none, keepalived ignores it too; "
                + "to be safe from strangers use hmac-sha256");
            return null;
        }

        if (type?.Argument != "PASS" || password is null)
        {
            notes.Add(block.At, "authentication", "vipd knows auth_type PASS with auth_pass alone; "
                + "better version 3 with hmac-sha256");
            return null;
        }

        string sent = FirstOctets(password.Argument, MostOctets);
        if (sent != password.Argument)
            notes.Add(password.At, "auth_pass", "only the first 8 octets are sent, by keepalived too; cut to these");
        return new ImportedAuthentication("password", [$"password: {Yaml.Scalar(sent)}"], []);
    }

    private static ImportedAuthentication? Hmac(Statement block, ImportedRouter router, List<ImportNote> notes)
    {
        List<string> lines = [];
        List<(int, string)> keys = [];
        foreach (Statement child in block.Children)
        {
            switch (child.Keyword)
            {
                case "key" when int.TryParse(child.Argument, out int id):
                    string value = child.Words.Count > 2 ? child.Words[2].Text : "";
                    bool isFile = value.StartsWith("file:", StringComparison.Ordinal);
                    string file = isFile ? value[5..] : $"/etc/vipd/keys/{router.Name}-{id}.key";
                    if (!isFile)
                        notes.Add(child.At, $"key {id}", $"put its value into {file}, chmod 640, group vipd");
                    keys.Add((id, file));
                    break;
                case "active_key" when int.TryParse(child.Argument, out int active):
                    lines.Add($"activeKey: {active}");
                    break;
                case "anti_replay":
                    lines.Add($"antiReplay: {Yaml.Scalar(child.Argument)}");
                    break;
                case "time_window" when Seconds.Parse(child.Argument) is { } window:
                    lines.Add($"timeWindow: {Configuration.Durations.Format(window)}");
                    break;
                case "mode":
                    string mode = child.Argument == "receive-only" ? "receiveOnly" : child.Argument;
                    lines.Add($"mode: {Yaml.Scalar(mode)}");
                    break;
                default:
                    notes.Add(NotCarried.Of(child));
                    break;
            }
        }

        return keys.Count > 0 ? new ImportedAuthentication("hmac-sha256", lines, keys) : null;
    }

    private static string FirstOctets(string text, int count)
    {
        while (Encoding.UTF8.GetByteCount(text) > count)
            text = text[..^1];
        return text;
    }

    private static Statement? Child(Statement block, string keyword) =>
        block.Children.FirstOrDefault(child => child.Keyword == keyword);
}
