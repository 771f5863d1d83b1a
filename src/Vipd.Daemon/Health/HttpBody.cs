using System.Buffers;
using System.Net;
using System.Text;

namespace Vipd.Daemon.Health;

/// <summary>What is read of any answer by HTTP.</summary>
public static class HttpBody
{
    /// <summary>What is read of a body; /readyz of a v1.34 apiserver is 3 KiB.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>
    /// Reads the body to its end, so that the connection can be kept, or to <see cref="MaximumLength"/>.
    /// </summary>
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken probe)
    {
        byte[] body = ArrayPool<byte>.Shared.Rent(MaximumLength);
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(probe);
            Memory<byte> part = body.AsMemory(0, MaximumLength);
            int length = await stream.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, probe);
            return Encoding.UTF8.GetString(body, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    /// <summary>`HTTP 302: redirected to https://…`</summary>
    public static string DescribeStatus(HttpResponseMessage response)
    {
        string code = $"HTTP {(int)response.StatusCode}";
        return response.StatusCode is >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest
            && response.Headers.Location is { } location
            ? $"{code}: redirected to {location.OriginalString}"
            : code;
    }
}
