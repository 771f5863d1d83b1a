using System.CommandLine;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Hosting;
using Vipd.Linux;

namespace Vipd.Daemon.Commands;

/// <summary>`vipd run`: the daemon.</summary>
internal sealed class RunCommand
{
    private const string Help = """
        Run the daemon: elect, hold the virtual addresses while Active, hand them over on SIGTERM.

        This is what the systemd unit starts. It needs CAP_NET_ADMIN and CAP_NET_RAW, logs to standard output and
        stays in the foreground. A bad configuration is reported in full before anything is touched; exit code 2.
        """;

    private readonly ConfigOption _config = new();

    public Command Build()
    {
        var command = new Command("run", Help) { _config };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        TextWriter error = arguments.InvocationConfiguration.Error;
        string priority = JournalFormatter.ErrorPrefix(Environment.GetEnvironmentVariable);
        ConfigurationResult result = ConfigurationFile.Read(arguments.GetRequiredValue(_config));
        foreach (ConfigurationError problem in result.Errors)
            await error.WriteLineAsync(priority + problem);
        if (!result.IsValid)
            return ExitCode.BadInput;
        try
        {
            PlanResult plan = MachinePlans.For(result.Configuration);
            foreach (string problem in plan.Errors)
                await error.WriteLineAsync($"{priority}vipd: {problem}");
            if (plan.Errors.Count > 0)
                return ExitCode.No;
            return await DaemonHost.RunAsync(
                result.Configuration, plan.Plans, cancellation, arguments.GetRequiredValue(_config));
        }
        catch (LinuxException refused)
        {
            await error.WriteLineAsync($"{priority}vipd: {refused.Message}");
            return ExitCode.No;
        }
    }
}
