using System.CommandLine;

namespace Vipd.Daemon.Commands;

/// <summary>`--root`: whose /etc is read, for a machine's disk that is mounted somewhere and for tests.</summary>
internal sealed class RootOption : Option<string>
{
    public RootOption()
        : base("--root")
    {
        Description = "Read the machine's files below this folder.";
        HelpName = "FOLDER";
        Hidden = true;
        DefaultValueFactory = static _ => "/";
    }
}
