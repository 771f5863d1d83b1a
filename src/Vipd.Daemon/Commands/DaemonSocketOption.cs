using System.CommandLine;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Commands;

/// <summary>`--socket`, the same in every command that asks the running daemon.</summary>
internal sealed class DaemonSocketOption : Option<string?>
{
    private const string DefaultSocket = "/run/vipd/vipd.sock";

    public DaemonSocketOption()
        : base("--socket")
    {
        Description = "The daemon's control socket; without it the one that the configuration names.";
        HelpName = "PATH";
    }

    /// <summary>
    /// Whoever asks may be about to repair the configuration, or may not read it: a bad one is no reason to fail.
    /// </summary>
    public string Find(ParseResult arguments, ConfigOption config)
    {
        if (arguments.GetValue(this) is { } named)
            return named;
        ConfigurationResult result = ConfigurationFile.Read(arguments.GetRequiredValue(config));
        if (result.IsValid)
            return result.Configuration.Control.Socket;
        arguments.InvocationConfiguration.Error.WriteLine($"{result.Errors[0]}; asking on {DefaultSocket}");
        return DefaultSocket;
    }
}
