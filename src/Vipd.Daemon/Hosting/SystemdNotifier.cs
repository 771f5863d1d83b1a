using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Tells systemd how the service is (sd_notify(3)): datagrams of VARIABLE=value lines to the Unix socket that
/// $NOTIFY_SOCKET names. Without one it says nothing; a datagram that systemd does not take is lost and no error, as
/// with sd_notify itself.
/// </summary>
public sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _endPoint;

    /// <param name="notifySocket">$NOTIFY_SOCKET: a path, '@' and an abstract name, or null.</param>
    /// <param name="watchdogInterval">$WATCHDOG_USEC: systemd kills what stays silent for longer; null: never.</param>
    public SystemdNotifier(string? notifySocket, TimeSpan? watchdogInterval)
    {
        WatchdogInterval = watchdogInterval;
        if (string.IsNullOrEmpty(notifySocket))
            return;
        // An abstract name begins with a zero octet where the variable has '@' (unix(7)).
        _endPoint = new UnixDomainSocketEndPoint(
            notifySocket[0] == '@' ? string.Concat("\0", notifySocket.AsSpan(1)) : notifySocket);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    }

    public bool IsSupervised => _socket is not null;

    public TimeSpan? WatchdogInterval { get; }

    /// <summary>As systemd set the environment of this process (sd_watchdog_enabled(3)).</summary>
    public static SystemdNotifier FromEnvironment(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        bool meant = variable("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        bool valid = long.TryParse(
            variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds);
        TimeSpan? watchdog = meant && valid && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) : null;
        return new SystemdNotifier(variable("NOTIFY_SOCKET"), watchdog);
    }

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>The line that `systemctl status` shows.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    public void Stopping(string status) => Send($"STOPPING=1\nSTATUS={status}");

    public void Watchdog() => Send("WATCHDOG=1");

    /// <summary>Type=notify-reload wants its time too, of CLOCK_MONOTONIC; <see cref="Ready"/> ends it.</summary>
    public void Reloading(long monotonicMicroseconds) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={monotonicMicroseconds}"));

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(message), _endPoint!);
        }
        catch (SocketException)
        {
            // systemd restarts, or its queue is full: the next message says it again.
        }
    }
}
