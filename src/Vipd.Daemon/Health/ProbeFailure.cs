using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Vipd.Daemon.Health;

/// <summary>Why a probe got no answer, in words that name the target.</summary>
public static class ProbeFailure
{
    public static string DescribeTimeout(ProbePhase phase, string target, TimeSpan timeout)
    {
        string limit = timeout >= TimeSpan.FromSeconds(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalSeconds:0.###}s")
            : string.Create(CultureInfo.InvariantCulture, $"{timeout.TotalMilliseconds:0.###}ms");
        return phase switch
        {
            ProbePhase.Connect => $"no answer within {limit}: {target} does not accept the connection",
            ProbePhase.Handshake => $"no answer within {limit}: {target} accepts but does not finish the TLS handshake",
            _ => $"no answer within {limit} from {target}",
        };
    }

    public static string Describe(Exception failure, string target)
    {
        if (Find<SocketException>(failure) is { } socket)
            return DescribeSocket(socket, target);
        if (Find<AuthenticationException>(failure) is { } tls)
            return $"TLS with {target} failed: {(tls.InnerException ?? tls).Message}";
        HttpRequestError? error = Find<HttpIOException>(failure)?.HttpRequestError
            ?? (failure as HttpRequestException)?.HttpRequestError;
        return error switch
        {
            HttpRequestError.ResponseEnded => $"{target} closed the connection before the answer was whole",
            HttpRequestError.InvalidResponse => $"{target} does not answer in HTTP",
            HttpRequestError.ConfigurationLimitExceeded => $"{target} sends more headers than are read",
            _ => $"asking {target} failed: {failure.GetBaseException().Message}",
        };
    }

    private static string DescribeSocket(SocketException failure, string target) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"connection refused by {target}",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown =>
            $"connection reset by {target}",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            $"the name in {target} does not resolve",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown =>
            $"no route to {target}",
        _ => $"connection to {target} failed: {failure.Message}",
    };

    private static T? Find<T>(Exception? failure)
        where T : Exception
    {
        while (failure is not (null or T))
            failure = failure.InnerException;
        return failure as T;
    }
}
