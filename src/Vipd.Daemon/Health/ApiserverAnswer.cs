using System.Net;
using System.Text;

namespace Vipd.Daemon.Health;

/// <summary>Reads what an apiserver says of itself: the status code, and which lines of /readyz failed.</summary>
public static class ApiserverAnswer
{
    /// <summary>What is read of a body; /readyz of a v1.34 apiserver is 3 KiB.</summary>
    public const int MaximumBodyLength = 64 * 1024;

    private const int MaximumReasons = 10;
    private const string FailedPrefix = "[-]";

    /// <summary>
    /// Reads the body to its end, so that the connection can be kept, or to <see cref="MaximumBodyLength"/>.
    /// </summary>
    public static async Task<CheckAnswer> ReadAsync(
        HttpResponseMessage response, bool hasCredentials, CancellationToken probe)
    {
        byte[] body = new byte[MaximumBodyLength];
        await using Stream stream = await response.Content.ReadAsStreamAsync(probe);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, probe);
        if (response.StatusCode == HttpStatusCode.OK)
            return CheckAnswer.Ready;
        string text = Encoding.UTF8.GetString(body, 0, length);
        return CheckAnswer.NotReady([Explain(response, hasCredentials), .. FailedLines(text)]);
    }

    /// <summary>`[-]etcd failed: reason withheld` → `etcd failed: reason withheld`, for each such line.</summary>
    public static IReadOnlyList<string> FailedLines(string body)
    {
        string[] failed = [.. body.Split('\n').Where(line => line.StartsWith(FailedPrefix, StringComparison.Ordinal))];
        List<string> lines = [.. failed.Take(MaximumReasons).Select(line => line[FailedPrefix.Length..].Trim())];
        if (failed.Length > MaximumReasons)
            lines.Add($"and {failed.Length - MaximumReasons} more");
        return lines;
    }

    private static string Explain(HttpResponseMessage response, bool hasCredentials)
    {
        string code = $"HTTP {(int)response.StatusCode}";
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when hasCredentials =>
                $"{code}: the apiserver does not accept the configured credentials",
            HttpStatusCode.Unauthorized =>
                $"{code}: the apiserver answers no anonymous request; "
                + "configure clientCertFile and clientKeyFile, or tokenFile",
            HttpStatusCode.Forbidden =>
                $"{code}: not allowed to read {response.RequestMessage?.RequestUri?.AbsolutePath}",
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest
                when response.Headers.Location is { } location => $"{code}: redirected to {location.OriginalString}",
            _ => code,
        };
    }
}
