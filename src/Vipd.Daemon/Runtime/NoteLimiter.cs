using Vipd.Vrrp;

namespace Vipd.Daemon.Runtime;

/// <summary>Lets one note of a kind pass a minute: bad input from the wire must not fill the log.</summary>
internal sealed class NoteLimiter(int kinds)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly MonotonicTime[] _notBefore = new MonotonicTime[kinds];

    public bool Allows(int kind, MonotonicTime now)
    {
        if (now < _notBefore[kind])
            return false;
        _notBefore[kind] = now + Period;
        return true;
    }
}
