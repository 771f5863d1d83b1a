using System.Diagnostics;
using System.Globalization;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Systemd;

/// <summary>How a command inside a machine ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n{Output}{Error}";
}

/// <summary>
/// A node with an operating system of its own, systemd as its process 1: namespaces, no hypervisor. Its root is a stack
/// of folders that are only read, below one of its own that takes what is written.
/// </summary>
public sealed class Machine : IDisposable
{
    private static readonly TimeSpan BootBound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CommandBound = TimeSpan.FromSeconds(120);
    private readonly LabProcess _process;

    private Machine(LabNode node, LabProcess process) => (Node, _process) = (node, process);

    public LabNode Node { get; }

    public string Name => Node.Name;

    /// <summary>Process 1 of the machine, as this one numbers it; 0 once it has ended.</summary>
    public int InitProcessId { get; private set; }

    /// <summary>What was written, as a folder: a layer for another machine once this one is off.</summary>
    public static string WrittenBy(LabNode node) => node.PathOf("upper");

    /// <summary>Starts it without waiting; the first layer is the lowest.</summary>
    public static Machine Boot(LabNode node, params IReadOnlyList<string> layers)
    {
        var process = LabProcess.Start(node, "boot",
        [
            .. BootScript.Unshare, "sh", "-c", BootScript.Text, "sh",
            node.Name, node.Namespace.Name, node.Directory, string.Join(':', layers.Reverse()),
        ]);
        return new Machine(node, process);
    }

    public void WaitUntilBooted()
    {
        Observe.Until(
            $"{Name} runs systemd", BootBound,
            () => FindInit() && File.Exists(PathOf("/run/systemd/private")), () => _process.Log);
        var state = Run("systemctl", "is-system-running", "--wait").Output.Trim();
        if (state is not ("running" or "degraded")) throw new InvalidOperationException($"{Name} is {state}");
    }

    /// <summary>A file inside, as this machine reaches it.</summary>
    public string PathOf(string file) => $"/proc/{InitProcessId}/root{file}";

    /// <summary>Starts a command inside as root.</summary>
    public Process Start(params IReadOnlyList<string> command) => Process.Start(new ProcessStartInfo("nsenter",
    [
        "--target", InitProcessId.ToString(CultureInfo.InvariantCulture),
        "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd", "--",
        "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive",
        .. command,
    ])
    { RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new InvalidOperationException("nsenter did not start");

    /// <summary>The same, to its end.</summary>
    public CommandResult Run(params IReadOnlyList<string> command)
    {
        using var process = Start(command);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(CommandBound))
        {
            process.Kill();
            throw new TimeoutException($"{string.Join(' ', command)} on {Name} hangs");
        }
        return new CommandResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>The same, and its output.</summary>
    /// <exception cref="InvalidOperationException">It exited with another code than 0.</exception>
    public string Must(params IReadOnlyList<string> command)
    {
        var result = Run(command);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{string.Join(' ', command)} on {Name}: {result}");
    }

    /// <summary>A property of vipd.service as systemctl shows it.</summary>
    public string UnitProperty(string property) =>
        Must("systemctl", "show", "--property", property, "--value", "vipd.service").Trim();

    /// <summary>Asks systemd to switch it off, and waits until it is.</summary>
    public void PowerOff()
    {
        Must("systemctl", "poweroff");
        if (!_process.WaitForExit(BootBound)) throw new TimeoutException($"{Name} does not switch off");
        InitProcessId = 0;
    }

    /// <summary>Pulls the plug if it still runs.</summary>
    public void Dispose() => _process.Dispose();

    // unshare stays as the parent of process 1.
    private bool FindInit()
    {
        if (_process.HasExited) throw new InvalidOperationException($"{Name} did not boot:\n{_process.Log}");
        var children = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ');
        if (!int.TryParse(children[0], CultureInfo.InvariantCulture, out var init)) return false;
        InitProcessId = init;
        return true;
    }
}
