using System.Runtime.InteropServices;

namespace Vipd.Lab.Network;

/// <summary>Disposes a segment when the process is told to end, ends, or dies of an unhandled exception.</summary>
internal sealed class ProcessExitGuard : IDisposable
{
    private readonly Segment _segment;
    private readonly PosixSignalRegistration[] _signals;

    internal ProcessExitGuard(Segment segment)
    {
        _segment = segment;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Remove),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Remove),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Remove),
        ];
        AppDomain.CurrentDomain.ProcessExit += Remove;
        AppDomain.CurrentDomain.UnhandledException += Remove;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= Remove;
        AppDomain.CurrentDomain.UnhandledException -= Remove;
        foreach (var signal in _signals) signal.Dispose();
    }

    // The signal is not cancelled: after the removal the process ends as the signal asks.
    private void Remove(PosixSignalContext context) => _segment.Name.Remove();

    private void Remove(object? sender, EventArgs e) => _segment.Name.Remove();
}
