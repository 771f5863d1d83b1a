using System.CommandLine;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Commands;

/// <summary>`--config`, the same in every command that has it.</summary>
internal sealed class ConfigOption : Option<string>
{
    public ConfigOption()
        : base("--config", "-c")
    {
        Description = "The configuration file.";
        HelpName = "FILE";
        DefaultValueFactory = _ => ConfigurationFile.DefaultPath;
    }
}
