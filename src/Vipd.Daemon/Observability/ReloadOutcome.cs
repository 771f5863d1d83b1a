namespace Vipd.Daemon.Observability;

/// <summary>
/// Whether the configuration read last is the one that runs. A daemon that started has read a good one.
/// </summary>
public sealed class ReloadOutcome
{
    private volatile bool _successful = true;

    public bool Successful => _successful;

    public void Record(bool successful) => _successful = successful;
}
