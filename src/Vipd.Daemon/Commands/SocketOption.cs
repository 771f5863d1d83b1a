using System.CommandLine;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Commands;

/// <summary>`--socket`, the same in every command that talks to the running daemon.</summary>
internal sealed class SocketOption : Option<string?>
{
    internal const string DefaultSocket = "/run/vipd/vipd.sock";

    public SocketOption()
        : base("--socket")
    {
        Description = "The daemon's control socket; without it the one that the configuration names.";
        HelpName = "PATH";
    }

    /// <summary>
    /// Whoever asks the daemon may be about to repair the configuration, or may not read it: no reason to fail.
    /// </summary>
    public string PathFor(ParseResult arguments, ConfigOption config)
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
