using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Hosting;

/// <summary>
/// Keeps the record of what this daemon has put on the interfaces, off the election thread: a file may block. A disk
/// that is full costs the record and nothing else.
/// </summary>
internal sealed class AddressRecordService : BackgroundService
{
    private readonly HeldAddresses _held;
    private readonly string _path;
    private readonly ILogger<AddressRecordService> _log;
    private bool _isRefused;

    /// <summary>Several changes that come together are one.</summary>
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <param name="held">From now on it tells of changes here.</param>
    /// <param name="path">See <see cref="AddressRecord.PathFor"/>.</param>
    public AddressRecordService(HeldAddresses held, string path, ILogger<AddressRecordService> log)
    {
        (_held, _path, _log) = (held, path, log);
        held.OnChange(() => _changes.Writer.TryWrite(true));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Write();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host waits for what comes before the first await.
        await Task.Yield();
        do
            Write();
        while (await _changes.Reader.ReadAsync(stoppingToken));
    }

    private void Write()
    {
        try
        {
            AddressRecord.Write(_path, _held.Addresses);
            _isRefused = false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            if (!_isRefused)
            {
                _log.LogWarning(
                    "cannot record in {Path} what is on the interfaces: {Reason}. Going on; where the kernel has no "
                    + "address protocol, a killed vipd's addresses then stay until their lease ends",
                    _path, refused.Message.TrimEnd('.'));
            }

            _isRefused = true;
        }
    }
}
