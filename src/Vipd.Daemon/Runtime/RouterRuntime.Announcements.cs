using Vipd.Linux;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Runtime;

/// <summary>
/// What the election wants announced goes out once the addresses are reached, or the time for that is over: who
/// believes it would otherwise send into nothing, while the former Active Router still answers.
/// </summary>
internal sealed partial class RouterRuntime
{
    /// <summary>As in a step of the election; between two the loop reads its sockets.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMicroseconds(100);

    /// <summary>For a kernel whose routes are not as usual.</summary>
    private static readonly TimeSpan LongestWait = ElectionTimers.SuccessorGrace;

    private (int First, int End) _unannounced;
    private MonotonicTime _lookAgainAt = MonotonicTime.Never;
    private MonotonicTime _announceBy;

    private void Announce(int first, int count, MonotonicTime now)
    {
        if (_lookAgainAt == MonotonicTime.Never)
        {
            if (_ports.AreReached())
            {
                AnnounceNow(first, count, now);
                return;
            }

            _announceBy = now + LongestWait;
            _lookAgainAt = now + LookAgainAfter;
            _unannounced = (first, first + count);
            return;
        }

        _unannounced = (Math.Min(_unannounced.First, first), Math.Max(_unannounced.End, first + count));
    }

    private void AnnounceWhenReached(MonotonicTime now)
    {
        if (now < _announceBy && !_ports.AreReached())
        {
            _lookAgainAt = now + LookAgainAfter;
            return;
        }

        int count = Math.Min(MostAtOnce, _unannounced.End - _unannounced.First);
        AnnounceNow(_unannounced.First, count, now);
        _unannounced.First += count;
        if (_unannounced.First == _unannounced.End)
            AnnounceNothing();
    }

    /// <summary>It is no longer this router's to say.</summary>
    private void AnnounceNothing() => _lookAgainAt = MonotonicTime.Never;

    private void AnnounceNow(int first, int count, MonotonicTime now)
    {
        LinuxException? failure = _ports.Announce(first, count, out int sent);
        _board.Counters.CountAnnouncements(sent);
        _takeOver.Announced(first + count, _clock);
        NoteFailure(RouterActionKind.Announce, failure, now);
    }
}
