namespace Vipd.Linux.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">What it exited with, 0..255; null when a signal ended it.</param>
/// <param name="Signal">The signal that ended it (signal(7)); null when it exited.</param>
public readonly record struct ExitStatus(int? Code, int? Signal)
{
    /// <summary>Reads the status word of waitpid(2) of a process that has ended.</summary>
    internal static ExitStatus From(int status) =>
        (status & 0x7f) is not 0 and var signal
            ? new ExitStatus(null, signal)
            : new ExitStatus((status >> 8) & 0xff, null);
}
