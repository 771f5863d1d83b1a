using System.CommandLine;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.FirstRun;
using Vipd.Daemon.Machine;
using Vipd.Linux;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd init`: a first vipd.yaml from what this machine shows.</summary>
internal sealed class InitCommand
{
    private const string Help = """
        Write a first configuration from this machine, and print what to type next.

        The interface is the one whose subnet holds the virtual IP; the API server's port is from its manifest, where
        there is one: it works before `kubeadm init` too. The file is right on every master unchanged. A file that
        exists is not overwritten.
        """;

    private const UnixFileMode WorldReadable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Option<string> _vip = new("--vip")
    {
        Description = "The virtual IP: a free address of the masters' subnet, such as 192.0.2.100.",
        HelpName = "ADDRESS",
        Required = true,
    };

    private readonly Option<string?> _interface = new("--interface", "-i")
    {
        Description = "The interface, where no subnet of this machine holds the virtual IP.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _unicast = new("--unicast")
    {
        Description = "Send to each master, not to a multicast group (clouds): masters of etcd's manifest, or --peer.",
    };

    private readonly Option<string[]> _peers = new("--peer")
    {
        Description = "The address of a master, once for each; implies --unicast.",
        HelpName = "ADDRESS",
    };

    private readonly ConfigOption _config = new();
    private readonly RootOption _root = new();

    public Command Build()
    {
        var command = new Command("init", Help) { _vip, _interface, _unicast, _peers, _config, _root };
        command.SetAction(Run);
        return command;
    }

    private int Run(ParseResult arguments)
    {
        InvocationConfiguration console = arguments.InvocationConfiguration;
        string vip = arguments.GetRequiredValue(_vip);
        Parsed<VirtualAddress> parsed = NetworkFormats.Address(vip);
        if (parsed.Problem is { } problem)
        {
            console.Error.WriteLine($"vipd: --vip: {ScalarFormats.Quote(vip)} {problem}");
            return ExitCode.BadInput;
        }

        string[] peers = arguments.GetValue(_peers) ?? [];
        var request = new InitRequest(
            parsed.Value, arguments.GetValue(_interface), arguments.GetValue(_unicast) || peers.Length > 0, peers);
        try
        {
            MachineDescription machine = MachineDescription.Read(new MachineFiles(arguments.GetRequiredValue(_root)));
            InitResult result = new FirstConfiguration(request, machine).Write();
            return Save(arguments.GetRequiredValue(_config), result, parsed.Value, machine, console);
        }
        catch (LinuxException refused)
        {
            console.Error.WriteLine($"vipd: {refused.Message}");
            return ExitCode.No;
        }
    }

    private static int Save(
        string path, InitResult result, VirtualAddress vip, MachineDescription machine, InvocationConfiguration console)
    {
        if (result.Text is not { } text)
        {
            console.Error.WriteLine($"vipd: {result.Refusal}");
            return ExitCode.No;
        }

        // What `vipd check` would say of it: a version that can't do something yet must not hand it out.
        ConfigurationResult check = ConfigurationFile.Parse(path, text);
        foreach (ConfigurationError error in check.Errors)
            console.Error.WriteLine($"vipd: not written: {error.Message}");
        if (!check.IsValid || !TryWrite(path, text, console.Error))
            return ExitCode.No;
        console.Output.WriteLine($"wrote {path}: {result.Summary}");
        foreach (string warning in result.Warnings)
            console.Error.WriteLine($"warning: {warning}");
        console.Output.Write("\n" + NextSteps.Write(path, vip.Address, machine));
        return ExitCode.Yes;
    }

    private static bool TryWrite(string path, string text, TextWriter error)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            using var writer = new StreamWriter(file);
            writer.Write(text);
            // It holds no secret, and the daemon is not root, whatever the umask.
            File.SetUnixFileMode(file.SafeFileHandle, WorldReadable);
            return true;
        }
        catch (IOException) when (Path.Exists(path))
        {
            error.WriteLine(
                $"vipd: {path} exists and stays as it is; move it away, or name another with --config FILE");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            error.WriteLine(
                $"vipd: {path} can't be written: {refused.Message}; run as root, or name another with --config FILE");
        }

        return false;
    }
}
