using System.Globalization;
using System.Text;
using Vipd.Linux.Interop;
using Vipd.Linux.Processes;
using Vipd.Linux.Tests.Support;

namespace Vipd.Linux.Tests.Processes;

public class ConfinedProcessTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly string[] CapabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];

    [Fact]
    public void A_child_of_root_has_every_capability_set_empty()
    {
        Dictionary<string, string> status = StatusOfChild();

        // Only root may take from the bound; nobody else's child can use what is left in it.
        foreach (string set in Native.geteuid() == 0 ? CapabilitySets : [.. CapabilitySets.Where(s => s != "CapBnd")])
            Assert.Equal(new string('0', 16), status[set]);
        Assert.Equal("1", status["NoNewPrivs"]);
    }

    [NetnsFact]
    public void A_child_of_a_user_with_ambient_capabilities_has_none_of_them() => OnThreadOfItsOwn(() =>
    {
        BecomeNobodyWithAmbientRawSockets();
        const string RawSockets = "0000000000002000";
        Assert.Equal(RawSockets, Status("/proc/thread-self/status")["CapAmb"]);

        Dictionary<string, string> child = StatusOfChild();

        Assert.Equal("65534", child["Uid"].Split('\t')[0]);
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
            Assert.Equal(new string('0', 16), child[set]);
        Assert.Equal("1", child["NoNewPrivs"]);
    });

    [Fact]
    public void The_thread_that_asks_keeps_what_it_has()
    {
        string[] facts = [.. CapabilitySets, "NoNewPrivs"];
        Dictionary<string, string> before = Status("/proc/thread-self/status");
        StatusOfChild();
        Dictionary<string, string> after = Status("/proc/thread-self/status");

        Assert.Equal(facts.Select(fact => before[fact]), facts.Select(fact => after[fact]));
    }

    [NetnsFact]
    public void A_child_is_not_as_urgent_as_the_daemon() => OnThreadOfItsOwn(() =>
    {
        LinuxException.Check(SysResource.setpriority(SysResource.PRIO_PROCESS, 0, -15), "setpriority");
        // proc(5): stat's field 19 is the niceness; the name of cat holds no blank.
        Assert.Equal("0", Run("/bin/cat", "/proc/self/stat").Output.Split(' ')[18]);
    });

    [Fact]
    public void No_signal_is_ignored_or_blocked()
    {
        Dictionary<string, string> status = StatusOfChild();
        // glibc takes its own two, 32 and 33, out of use before exec.
        const ulong OfTheLibrary = 3UL << 31;
        ulong ignored = ulong.Parse(status["SigIgn"], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.Equal(0UL, ignored & ~OfTheLibrary);
        Assert.Equal(new string('0', 16), status["SigBlk"]);
    }

    [Fact]
    public void It_leads_a_session_of_its_own_without_a_terminal()
    {
        string[] fields = Run("/bin/cat", "/proc/self/stat").Output.Split(' ');
        string processId = fields[0];
        Assert.Equal([processId, processId, "0"], fields[4..7]);
    }

    [Fact]
    public void It_gets_no_descriptor_but_the_three()
    {
        using FileStream file = File.Open("/dev/null", FileMode.Open);
        // As whoever started the daemon may leave one open: without close-on-exec.
        int inherited = LinuxException.Check(Native.dup((int)file.SafeFileHandle.DangerousGetHandle()), "dup");
        using var closedAtEnd = new Microsoft.Win32.SafeHandles.SafeFileHandle(inherited, ownsHandle: true);
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Assert.True(Directory.GetFiles("/proc/self/fd").Length > 5);

        // The fourth is the directory that ls itself reads.
        Assert.Equal("0\n1\n2\n3\n", Run("/bin/ls", "/proc/self/fd").Output);
    }

    [Fact]
    public void Its_environment_is_what_it_was_given_and_nothing_else() =>
        Assert.Equal("A=1\nB=x y\n", Run(["/usr/bin/env"], ["A=1", "B=x y"]).Output);

    [Fact]
    public void No_shell_reads_the_arguments() =>
        Assert.Equal("$(id) `id` ; id | 'x'\n", Run("/bin/echo", "$(id)", "`id`", ";", "id", "|", "'x'").Output);

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 255", 255, null)]
    [InlineData("kill -TERM $$", null, 15)]
    [InlineData("kill -KILL $$", null, 9)]
    public void Its_end_is_told_as_it_was(string script, int? code, int? signal) =>
        Assert.Equal(new ExitStatus(code, signal), Run("/bin/sh", "-c", script).Status);

    [Fact]
    public void Both_streams_come_in_order() =>
        Assert.Equal("out\nerr\nout\n", Run("/bin/sh", "-c", "echo out; echo err >&2; echo out").Output);

    [Theory]
    [InlineData("/nonexistent/check", "ENOENT", "there is no such file")]
    [InlineData("/etc/passwd", "EACCES", "may not execute it")]
    public void A_program_that_cannot_be_run_is_refused_with_advice(string path, string errno, string advice)
    {
        var refusal = Assert.Throws<LinuxException>(() => ConfinedProcess.Start([path], []));
        Assert.StartsWith($"posix_spawn: {errno}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_without_an_interpreter_is_not_given_to_a_shell()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "echo hello\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var refusal = Assert.Throws<LinuxException>(() => ConfinedProcess.Start([path], []));
            Assert.Contains("begins with #!", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Killing_it_kills_its_descendants()
    {
        using ConfinedProcess process = ConfinedProcess.Start(
            ["/bin/sh", "-c", "sleep 1000 & echo $!; wait"], ["PATH=/bin:/usr/bin"]);
        int grandchild = int.Parse(ReadSome(process), CultureInfo.InvariantCulture);
        using ProcessDescriptor watched = ProcessDescriptor.Open(grandchild);

        process.KillGroup();

        Assert.Equal(ProcessProgress.Ended, process.Wait(new byte[100], Bound, out _));
        Assert.Equal(new ExitStatus(null, 9), process.Reap());
        TestNetwork.Eventually(() => watched.HasEnded);
    }

    [Fact]
    public void What_it_leaves_behind_ends_with_it()
    {
        (string output, ExitStatus status) = Run("/bin/sh", "-c", "sleep 1000 & echo $!; exit 3");

        Assert.Equal(3, status.Code);
        int left = int.Parse(output, CultureInfo.InvariantCulture);
        TestNetwork.Eventually(() => !Directory.Exists($"/proc/{left}") || State(left) == "Z");
    }

    [Fact]
    public void What_has_left_the_group_and_goes_on_writing_does_not_hold_the_end_up()
    {
        (string output, _) = Run("/bin/sh", "-c", "(sleep 0.05; exec setsid yes) & echo $!; sleep 0.2");
        int processId = int.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture);
        // The pipe has no reader any more, which ends it.
        TestNetwork.Eventually(() => !Directory.Exists($"/proc/{processId}") || State(processId) == "Z");
    }

    [Fact]
    public void Nothing_to_tell_is_told_after_the_time_given()
    {
        using ConfinedProcess process = ConfinedProcess.Start(["/bin/sleep", "1000"], []);
        Assert.Equal(ProcessProgress.Nothing, process.Wait(new byte[1], TimeSpan.FromMilliseconds(5), out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void Disposing_a_running_one_ends_and_buries_it_and_closes_what_was_open()
    {
        // Other tests of this process open descriptors at the same time, though not as many as thirty leaks would be.
        const int Times = 30;
        Run("/bin/true");
        int before = Directory.GetFiles("/proc/self/fd").Length;
        for (int i = 0; i < Times; i++)
        {
            ConfinedProcess process = ConfinedProcess.Start(["/bin/sh", "-c", "echo $$; sleep 1000"], ["PATH=/bin"]);
            string processId = ReadSome(process).Trim();

            process.Dispose();

            Assert.False(Directory.Exists($"/proc/{processId}"));
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length - before, -Times, Times - 1);
    }

    [Fact]
    public void A_zero_in_an_argument_is_a_defect_of_the_caller() =>
        Assert.Throws<ArgumentException>(() => ConfinedProcess.Start(["/bin/echo", "a\0b"], []));

    private static (string Output, ExitStatus Status) Run(params string[] arguments) =>
        Run(arguments, ["PATH=/bin:/usr/bin"]);

    private static (string Output, ExitStatus Status) Run(string[] arguments, string[] environment)
    {
        using ConfinedProcess process = ConfinedProcess.Start(arguments, environment);
        var output = new StringBuilder();
        byte[] buffer = new byte[100];
        ProcessProgress progress;
        while ((progress = process.Wait(buffer, Bound, out int length)) == ProcessProgress.Output)
            output.Append(Encoding.UTF8.GetString(buffer, 0, length));
        Assert.Equal(ProcessProgress.Ended, progress);
        return (output.ToString(), process.Reap());
    }

    private static string ReadSome(ConfinedProcess process)
    {
        byte[] buffer = new byte[100];
        Assert.Equal(ProcessProgress.Output, process.Wait(buffer, Bound, out int length));
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static Dictionary<string, string> StatusOfChild() =>
        Parse(Run("/bin/cat", "/proc/self/status").Output.Split('\n'));

    private static Dictionary<string, string> Status(string path) => Parse(File.ReadAllLines(path));

    private static Dictionary<string, string> Parse(string[] lines) =>
        lines.Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());

    private static string State(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/stat").Split(' ')[2];
        }
        catch (IOException)
        {
            return "Z";
        }
    }

    // As systemd leaves it: uid nobody, CAP_NET_RAW permitted, effective, inheritable and ambient.
    private static void BecomeNobodyWithAmbientRawSockets()
    {
        const int PR_SET_KEEPCAPS = 8, PR_CAP_AMBIENT = 47, PR_CAP_AMBIENT_RAISE = 2, CAP_NET_RAW = 13, Nobody = 65534;
        nint setresuid = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
            == System.Runtime.InteropServices.Architecture.X64 ? 117 : 147;
        LinuxException.Check(Native.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl");
        LinuxException.Check((int)Native.syscall(setresuid, Nobody, Nobody, Nobody), "setresuid");
        const uint RawSockets = 1u << CAP_NET_RAW;
        LinuxException.Check(
            Native.capset([LinuxCapability.Version3, 0], [RawSockets, RawSockets, RawSockets, 0, 0, 0]), "capset");
        LinuxException.Check(Native.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0), "prctl");
    }

    // What a thread becomes ends with it; TestNetwork's has no use here beyond that.
    private static void OnThreadOfItsOwn(Action body) => TestNetwork.Run(_ => body());
}
