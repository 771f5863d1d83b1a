using System.Globalization;
using System.Text.RegularExpressions;
using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>A check script that asks the API server by curl, as the kubeadm guide's does.</summary>
/// <param name="Port">Of the API server on this node.</param>
/// <param name="AnyAnswerIsGood">curl without --fail: 401 and 500 counted as well too.</param>
internal sealed partial record ApiserverScript(int Port, bool AnyAnswerIsGood)
{
    /// <summary>Null when the command is another, or its script is not at hand.</summary>
    public static ApiserverScript? Recognise(IReadOnlyList<string> argv, MachineFiles files) =>
        Recognise(string.Join(' ', argv))
        ?? argv.Where(word => word.StartsWith('/'))
            .Select(word => files.Read(word).Text is { } text ? Recognise(text) : null)
            .FirstOrDefault(script => script is not null);

    /// <summary>The first curl of this node's own address in a shell script.</summary>
    public static ApiserverScript? Recognise(string script)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match assignment in Assignment().Matches(script))
            variables[assignment.Groups[1].Value] = assignment.Groups[2].Value;
        foreach (string line in script.Split('\n'))
        {
            if (line.TrimStart().StartsWith('#') || !line.Contains("curl", StringComparison.Ordinal))
                continue;
            string meant = Variable().Replace(line, use => variables.GetValueOrDefault(use.Groups[1].Value, use.Value));
            if (Url().Match(meant) is not { Success: true } url)
                continue;
            int port = url.Groups[2].Success ? int.Parse(url.Groups[2].Value, CultureInfo.InvariantCulture) : 443;
            return port is > 0 and < 65536 ? new ApiserverScript(port, !Fail().IsMatch(meant)) : null;
        }

        return null;
    }

    [GeneratedRegex("""(?m)^\s*(?:export\s+)?([A-Za-z_]\w*)=["']?(?:\$\{\w+:-)?([A-Za-z0-9.:/_-]+)""")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\$\{?([A-Za-z_]\w*)\}?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"https://(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(?=[/\s""'?]|$)")]
    private static partial Regex Url();

    [GeneratedRegex(@"\s(--fail\b|-[a-zA-Z]*f)")]
    private static partial Regex Fail();
}
