using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>A /proc of the test's own.</summary>
public sealed class ProcessTableTests : IDisposable
{
    private readonly TemporaryDirectory _proc = new();
    private readonly ProcessTable _table;

    public ProcessTableTests() => _table = new ProcessTable(_proc.FullPath);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void The_lowest_number_of_that_name_is_found()
    {
        Add("900", "kubelet");
        Add("80", "kubelet");
        Add("9", "containerd");
        Directory.CreateDirectory(Path.Combine(_proc.FullPath, "sys"));

        Assert.Equal(80, _table.Find("kubelet"));
        Assert.Null(_table.Find("kube"));
        Assert.Null(_table.Find("haproxy"));
    }

    [Fact]
    public void A_zombie_does_not_run()
    {
        Add("80", "kubelet", state: "Z");
        Assert.Null(_table.Find("kubelet"));
    }

    [Fact]
    public void A_name_that_the_kernel_cut_off_is_told_by_argument_0()
    {
        Add("1", "kube-controller", "/usr/bin/kube-controller-manager\0--leader-elect\0");
        Add("2", "kube-controller", "kube-controller-other\0");

        Assert.Equal(1, _table.Find("kube-controller-manager"));
        Assert.Equal(2, _table.Find("kube-controller-other"));
        Assert.Equal(1, _table.Find("kube-controller"));
    }

    [Fact]
    public async Task A_process_that_may_only_be_hidden_is_told_apart_from_one_that_does_not_run()
    {
        using var check = new ProcessCheck(new ProcessSettings("kubelet", null), _table, new CheckAlarm());
        string hidden = Assert.Single((await check.ProbeAsync(CancellationToken.None)).Reasons);
        Assert.StartsWith("no process runs kubelet that vipd may see: ", hidden, StringComparison.Ordinal);
        Assert.Contains("ProtectProc=default", hidden, StringComparison.Ordinal);

        Add("1", "systemd");
        Assert.Equal(["no process runs kubelet"], (await check.ProbeAsync(CancellationToken.None)).Reasons);
    }

    [Fact]
    public void A_name_with_brackets_does_not_confuse()
    {
        Add("7", "a) Z (b");
        Assert.Equal(7, _table.Find("a) Z (b"));
    }

    [Fact]
    public void A_process_that_ends_while_it_is_looked_at_is_none()
    {
        Directory.CreateDirectory(Path.Combine(_proc.FullPath, "5"));
        Assert.Null(_table.Find("kubelet"));
        Assert.False(_table.Runs(6, "kubelet"));
    }

    [Fact]
    public void Whatever_its_files_hold_the_answer_is_yes_or_no()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            string Noise() =>
                string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(1, 300)));
            string folder = Path.Combine(_proc.FullPath, "5");
            Directory.CreateDirectory(folder);
            string comm = Noise();
            File.WriteAllText(Path.Combine(folder, "comm"), comm + "\n");
            File.WriteAllText(Path.Combine(folder, "stat"), random.Next(2) == 0 ? Noise() : $"5 ({comm}) R 1");
            File.WriteAllText(Path.Combine(folder, "cmdline"), Noise());
            _ = _table.Runs(5, comm);
        }
    }

    private void Add(string id, string comm, string cmdline = "", string state = "S")
    {
        string folder = Path.Combine(_proc.FullPath, id);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "comm"), comm + "\n");
        File.WriteAllText(Path.Combine(folder, "cmdline"), cmdline);
        File.WriteAllText(Path.Combine(folder, "stat"), $"{id} ({comm}) {state} 1 1 0");
    }
}
