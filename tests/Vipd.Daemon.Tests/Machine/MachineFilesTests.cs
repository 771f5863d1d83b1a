using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Tests.Machine;

public sealed class MachineFilesTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Files_are_read_below_the_root_and_absence_is_no_problem()
    {
        Directory.CreateDirectory(_root["etc"]);
        File.WriteAllText(_root["etc/a.conf"], "text");
        var files = new MachineFiles(_root.FullPath);
        Assert.Equal(new FileReading("text", null), files.Read("/etc/a.conf"));
        Assert.True(files.Read("/etc/b.conf").IsAbsent);
        Assert.True(files.Read("/none/b.conf").IsAbsent);
        Assert.Equal(["/etc/a.conf"], files.List("/etc"));
        Assert.Empty(files.List("/none"));
    }

    [Fact]
    public void A_folder_in_place_of_a_file_is_a_problem_in_words()
    {
        Directory.CreateDirectory(_root["etc"]);
        FileReading reading = new MachineFiles(_root.FullPath).Read("/etc");
        Assert.Null(reading.Text);
        Assert.Contains("/etc", reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_tells_its_flags()
    {
        StaticPodManifest manifest = StaticPodManifest.Parse(
            "x.yaml", Machines.Pod("kube-apiserver", "--secure-port=7443", "--profiling", "--a=b=c"))!;
        Assert.Equal(7443, manifest.SecurePort);
        Assert.Equal(("true", "b=c", null), (manifest.Flag("profiling"), manifest.Flag("a"), manifest.Flag("none")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [")]
    [InlineData("kind: Pod")]
    [InlineData("spec: {containers: []}")]
    [InlineData("spec: {containers: x}")]
    public void What_is_no_pod_is_null(string text) => Assert.Null(StaticPodManifest.Parse("x.yaml", text));

    [Fact]
    public void Members_of_etcd_are_read_from_its_initial_cluster() => Assert.Equal(
        ["192.0.2.11", "2001:db8::12"],
        StaticPodManifest.Parse(
            "etcd.yaml",
            Machines.Pod("etcd", "--initial-cluster=m1=https://192.0.2.11:2380,m2=https://[2001:db8::12]:2380,broken"))!
            .InitialCluster);
}
