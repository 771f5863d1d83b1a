using System.Net;

namespace Vipd.Daemon.Health;

/// <summary>Reads what an apiserver says of itself: the status code, and which lines of /readyz failed.</summary>
public static class ApiserverAnswer
{
    private const int MaximumReasons = 10;
    private const string FailedPrefix = "[-]";

    public static async Task<CheckAnswer> ReadAsync(
        HttpResponseMessage response, bool hasCredentials, CancellationToken probe)
    {
        string body = await HttpBody.ReadAsync(response, probe);
        return response.StatusCode == HttpStatusCode.OK
            ? CheckAnswer.Ready
            : CheckAnswer.NotReady([Explain(response, hasCredentials), .. FailedLines(body)]);
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
        string status = HttpBody.DescribeStatus(response);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when hasCredentials =>
                $"{status}: the apiserver does not accept the configured credentials",
            HttpStatusCode.Unauthorized =>
                $"{status}: the apiserver answers no anonymous request (anonymous-auth is off); "
                + "configure clientCertFile and clientKeyFile, or tokenFile",
            HttpStatusCode.Forbidden =>
                $"{status}: not allowed to read {response.RequestMessage?.RequestUri?.AbsolutePath}",
            _ => status,
        };
    }
}
