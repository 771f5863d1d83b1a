using Vipd.Linux.Interop;

namespace Vipd.Linux.Processes;

/// <summary>SIGHUP, as whoever started this process left it (signal(7)): exec passes on what is ignored.</summary>
public static class HangupSignal
{
    /// <summary>
    /// Ends that it is ignored, as it is below nohup(1): .NET installs no handler for a signal that is, and says
    /// nothing. To be called before a handler is registered; until then a hangup ends the process. Where it is not
    /// ignored nothing is changed.
    /// </summary>
    /// <exception cref="LinuxException">Refused, which does not happen.</exception>
    public static unsafe void EndIgnoring()
    {
        SignalAction inherited;
        LinuxException.Check(Signal.sigaction(Signal.SIGHUP, null, &inherited), "sigaction");
        if (inherited.sa_handler != Signal.SIG_IGN)
            return;
        var standard = new SignalAction { sa_handler = Signal.SIG_DFL };
        LinuxException.Check(Signal.sigaction(Signal.SIGHUP, &standard, null), "sigaction");
    }
}
