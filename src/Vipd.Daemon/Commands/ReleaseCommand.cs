using System.CommandLine;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Hosting;
using Vipd.Daemon.Ports;
using Vipd.Daemon.Runtime;
using Vipd.Linux;
using Vipd.Linux.Netlink;
using Vipd.Vrrp;

namespace Vipd.Daemon.Commands;

/// <summary>
/// `vipd release`: clears up behind a daemon that was killed. Made to be fast: it makes no host and no log.
/// </summary>
internal sealed class ReleaseCommand
{
    private const string Help = """
        Remove the virtual addresses that a dead vipd left on this machine, and the interfaces that it made for a
        virtual MAC address (virtualMac), and only those.

        The systemd unit runs it when the daemon has ended (ExecStopPost), so that no address waits for the end of its
        lease. First it does what the dead daemon has not done: it sends the Advertisement with priority 0, waits until
        a peer has announced the addresses, 100 ms at most, and resets the connections on them.

        It removes what the configuration names and what carries vipd's address protocol number, 112, and what the dead
        vipd recorded in /run/vipd: that alone where the kernel has no such number (before Linux 5.18) or where the
        configuration cannot be read. An address that vipd did not add stays. While a vipd runs, it removes nothing and
        exits with 1, after a second: one that has just been killed is waited for. Needs CAP_NET_ADMIN and CAP_NET_RAW.
        """;

    private readonly ConfigOption _config = new();
    private readonly SocketOption _socket = new();

    public Command Build()
    {
        var command = new Command("release", Help) { _config, _socket };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        ConfigurationResult result = ConfigurationFile.Read(arguments.GetRequiredValue(_config));
        foreach (ConfigurationError problem in result.Errors)
            error.WriteLine(problem);
        string socket = result.IsValid ? result.Configuration.Control.Socket : SocketOption.DefaultSocket;
        socket = arguments.GetValue(_socket) ?? socket;
        IReadOnlySet<RecordedAddress>? record = AddressRecord.Read(AddressRecord.PathFor(socket));
        if (!result.IsValid && record is null)
            return ExitCode.BadInput;
        if (!result.IsValid)
            error.WriteLine($"vipd: releasing what {AddressRecord.PathFor(socket)} names, without the configuration");
        try
        {
            // Where no daemon has run since the machine was started, there is no file, and none is made: it would be
            // root's, and closed to the daemon's user.
            if (!File.Exists(InstanceLock.PathFor(socket)))
                return Release(result, record, arguments.InvocationConfiguration);
            using InstanceLock? alone =
                InstanceLock.TakeAsync(socket, CancellationToken.None).GetAwaiter().GetResult();
            if (alone is not null)
                return Release(result, record, arguments.InvocationConfiguration);
            error.WriteLine(
                $"vipd: a vipd is running (it holds {InstanceLock.PathFor(socket)}), and its addresses stay; "
                + "stop it with systemctl stop vipd");
        }
        catch (Exception refused) when (refused is LinuxException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"vipd: {refused.Message}");
        }

        return ExitCode.No;
    }

    private static int Release(
        ConfigurationResult configuration,
        IReadOnlySet<RecordedAddress>? record,
        InvocationConfiguration console)
    {
        HashSet<InternetAddress> addresses =
            configuration.IsValid ? configuration.Configuration.AllAddresses() : [];
        using var netlink = new AddressNetlink();
        IReadOnlyList<InterfaceAddress> remains = AddressRemains.Find(netlink, addresses, record);
        if (configuration.IsValid && remains.Count > 0)
            LastWord.Say(MachinePlans.For(configuration.Configuration).Plans, remains);
        IReadOnlyList<RemovedAddress> found = AddressRemains.Remove(netlink, remains);
        foreach (RemovedAddress address in found)
            (address.Refusal is null ? console.Output : console.Error).WriteLine(address.Outcome);
        using var macvlans = new MacvlanNetlink();
        IReadOnlyList<string> links = VirtualMacLinks.RemoveRemains(macvlans);
        foreach (string link in links)
            console.Output.WriteLine($"removed interface {link}, left by a vipd that is gone");
        if (found.Count + links.Count == 0)
            console.Output.WriteLine("no address was left behind");
        return found.Any(address => address.Refusal is not null) ? ExitCode.No : ExitCode.Yes;
    }
}
