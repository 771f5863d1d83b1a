using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Counts the process's descriptors, so nothing else may run beside it.</summary>
[CollectionDefinition("descriptors", DisableParallelization = true)]
public sealed class DescriptorsAlone;

[Collection("descriptors")]
public sealed class ApiserverDescriptorTests : ApiserverProbes
{
    private const int Probes = 200;

    [Fact]
    public async Task Refused_probes_leave_no_descriptor_behind()
    {
        Uri url;
        await using (var server = new RawServer(RawServer.Hang))
            url = server.Url;

        await AssertNoGrowthAsync(Settings(url), TimeLimit);
    }

    [Fact]
    public async Task Reset_probes_leave_no_descriptor_behind()
    {
        await using var server = new RawServer(RawServer.Reset);

        await AssertNoGrowthAsync(Settings(server.Url), TimeLimit);
    }

    [Fact]
    public async Task Hanging_handshakes_leave_no_descriptor_behind()
    {
        // The server ends with the client, so that its own descriptors don't count.
        await using var server = new RawServer(async (connection, stop) =>
        {
            while (await connection.ReceiveAsync(new byte[4096], stop) > 0)
                continue;
        });

        await AssertNoGrowthAsync(Settings(server.Url), TimeSpan.FromMilliseconds(5));
    }

    [Fact]
    public async Task Refused_certificates_leave_no_descriptor_behind()
    {
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(Authority.Issue(["other"]));

        await AssertNoGrowthAsync(Settings(server.Url), TimeLimit);
    }

    [Fact]
    public async Task Rotations_leave_no_descriptor_behind()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        KubernetesApiserverSettings settings = Settings(server.Url);
        int rotations = 0;

        await AssertNoGrowthAsync(settings, TimeLimit, HealthClass.Ready, () =>
            Files.Write("ca.crt", Authority.Pem + new string('\n', rotations++)));

        Assert.Equal(rotations, server.Connections);
    }

    private static async Task AssertNoGrowthAsync(
        KubernetesApiserverSettings settings, TimeSpan timeout, HealthClass expected =
            HealthClass.Down, Action? before = null)
    {
        using var check = new KubernetesApiserverCheck(settings, timeout, TimeProvider.System);
        // The first ones load libraries and start threads.
        await ProbeManyAsync(check, 20, expected, before);
        int first = CountDescriptors();

        await ProbeManyAsync(check, Probes, expected, before);

        // Connections of the server's side close a moment later; a leak of one a probe would be 200.
        for (int i = 0; i < 100 && CountDescriptors() > first; i++)
            await Task.Delay(50);
        Assert.InRange(CountDescriptors(), 0, first + 3);
    }

    private static async Task ProbeManyAsync(
        KubernetesApiserverCheck check, int count, HealthClass expected, Action? before)
    {
        for (int i = 0; i < count; i++)
        {
            before?.Invoke();
            Assert.Equal(expected, (await ProbeAsync(check)).Class);
        }
    }

    /// <summary>Without assemblies, which the runtime opens when it first needs them and keeps.</summary>
    private static int CountDescriptors() =>
        Directory.GetFileSystemEntries("/proc/self/fd")
            .Count(path => !TargetOf(path).EndsWith(".dll", StringComparison.Ordinal));

    private static string TargetOf(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Closed since the directory was read: the one that read it, for example.
            return ".dll";
        }
    }
}
