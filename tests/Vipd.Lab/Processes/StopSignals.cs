using System.Runtime.InteropServices;

namespace Vipd.Lab.Processes;

/// <summary>The first Ctrl-C, or request to end, ends the lab in order: what it has set up is taken down.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];

    private readonly PosixSignalRegistration[] _registrations;

    internal StopSignals(CancellationTokenSource stop) =>
        _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        }))];

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
