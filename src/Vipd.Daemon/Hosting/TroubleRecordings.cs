using Microsoft.Extensions.Logging;
using Vipd.Daemon.Recording;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>Leaves a recording behind when the election is in a storm and when the process dies of an error.</summary>
internal sealed class TroubleRecordings : IDisposable
{
    private readonly FlightRecorder _recorder;
    private readonly RecordingStore _store;
    private readonly StatusBoard _board;
    private readonly TimeProvider _clock;
    private readonly ILogger<TroubleRecordings> _log;
    private readonly TransitionStorm _storm = new();
    private readonly long _started;

    public TroubleRecordings(
        FlightRecorder recorder,
        RecordingStore store,
        StatusBoard board,
        TimeProvider clock,
        ILogger<TroubleRecordings> log)
    {
        _recorder = recorder;
        _store = store;
        _board = board;
        _clock = clock;
        _log = log;
        _started = clock.GetTimestamp();
        AppDomain.CurrentDomain.UnhandledException += OnCrash;
    }

    public void Dispose() => AppDomain.CurrentDomain.UnhandledException -= OnCrash;

    /// <summary>
    /// Writes a recording if the router is in a storm; for one thread, after each transition. Of one router alone: when
    /// 255 fail over together, each of their notes would look at all of them.
    /// </summary>
    /// <param name="router">Its name; of one that is gone nothing is known.</param>
    public void Look(string router)
    {
        if (_board.Find(router) is not { } board)
            return;
        TimeSpan now = _clock.GetElapsedTime(_started);
        if (_storm.Observe(router, board.Counters.AllTransitions, now))
            Save($"{router} made more than {TransitionStorm.TransitionsAMinute} transitions in a minute");
    }

    /// <summary>On the thread that threw: the election's own, if the error is the election's.</summary>
    internal void OnCrash(object sender, UnhandledExceptionEventArgs crash)
    {
        try
        {
            string error = crash.ExceptionObject is Exception thrown
                ? $"{thrown.GetType().Name}: {thrown.Message}"
                : "an unknown error";
            _store.Save(_recorder.Take($"the daemon died of {error}", withUnfinished: true), "crash");
        }
#pragma warning disable CA1031 // The process is dying of something else, which must be what is reported.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void Save(string reason)
    {
        try
        {
            string path = _store.Save(_recorder.Take(reason), "storm");
            _log.LogWarning("{Reason}; the last minutes are in {Path}: vipd replay {Path}", reason, path, path);
        }
        catch (IOException refused)
        {
            _log.LogWarning("{Reason}; {Refused}", reason, refused.Message);
        }
    }
}
