using System.Diagnostics;

namespace Vipd.Lab.Network;

/// <summary>Runs iproute2's <c>ip</c>; batches, because starting a process is what costs time.</summary>
public static class IpCommand
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <exception cref="InvalidOperationException">It exited with another code than 0; the message is ip's
    /// own.</exception>
    public static string Run(params IReadOnlyList<string> arguments) => Start(arguments, input: null);

    /// <summary>All lines in one process, in the given namespace, or the caller's when null.</summary>
    public static void Batch(NetworkNamespace? place, IEnumerable<string> lines) =>
        Start(place is null ? ["-batch", "-"] : ["-n", place.Name, "-batch", "-"], string.Join('\n', lines) + "\n");

    private static string Start(IReadOnlyList<string> arguments, string? input)
    {
        var start = new ProcessStartInfo("ip", arguments)
        {
            RedirectStandardInput = input is not null,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("ip did not start");
        var errors = process.StandardError.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Bound)) throw new TimeoutException($"ip {string.Join(' ', arguments)} hangs");
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {errors.Result.Trim()} {input}");
        return output;
    }
}
