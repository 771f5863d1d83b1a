using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;
using Vipd.Daemon.Runtime;

namespace Vipd.Daemon.Tests.Health;

public sealed class HealthPriorityTests
{
    private static readonly CheckConfiguration Apiserver = Configurations.Check("kube-apiserver");
    private static readonly CheckConfiguration Haproxy =
        Configurations.Check("haproxy", CheckWeight.Lower(0), CheckWeight.Lower(50));
    private static readonly CheckConfiguration Disk =
        Configurations.Check("disk", CheckWeight.Lower(10), CheckWeight.Fault);

    private readonly LoopInbox _inbox;
    private int _wakes;

    public HealthPriorityTests() => _inbox = new LoopInbox(() => _wakes++);

    [Fact]
    public void Before_any_answer_every_check_is_down()
    {
        Create(["kube-apiserver", "haproxy"]);

        Assert.Equal(
            ["0: -130 [check kube-apiserver down: not probed yet (-80)] [check haproxy down: not probed yet (-50)]"],
            Posted());
        Assert.Equal(1, _wakes);
    }

    [Fact]
    public void A_router_without_checks_is_not_spoken_of()
    {
        HealthPriority priority = Create([], ["kube-apiserver"]);
        priority.Update(Status("kube-apiserver", HealthClass.Ready));

        Assert.Equal(["1: -80 [check kube-apiserver down: not probed yet (-80)]", "1: -0"], Posted());
    }

    [Fact]
    public void Each_router_sums_its_own_checks()
    {
        HealthPriority priority = Create(["kube-apiserver", "haproxy"], ["haproxy"], ["kube-apiserver"]);
        priority.Update(Status("haproxy", HealthClass.Ready));
        Posted();

        priority.Update(Status("kube-apiserver", HealthClass.NotReady, "HTTP 500", "etcd failed: reason withheld"));

        const string Line = "[check kube-apiserver notReady: HTTP 500; etcd failed: reason withheld (-40)]";
        Assert.Equal([$"0: -40 {Line}", $"2: -40 {Line}"], Posted());
    }

    [Fact]
    public void Nothing_is_posted_when_nothing_changed()
    {
        HealthPriority priority = Create(["kube-apiserver"]);
        priority.Update(Status("kube-apiserver", HealthClass.Down, "connection refused by 127.0.0.1:6443"));
        Posted();

        priority.Update(Status("kube-apiserver", HealthClass.Down, "connection refused by 127.0.0.1:6443"));

        Assert.Empty(Posted());
    }

    /// <summary>What is not posted neither wakes the election thread nor costs it an allocation.</summary>
    [Fact]
    public void A_thousand_answers_that_change_nothing_do_not_wake_the_election_thread()
    {
        HealthPriority priority = Create(["kube-apiserver"]);
        priority.Update(Status("kube-apiserver", HealthClass.Ready));
        int wakes = _wakes;
        for (int i = 0; i < 1000; i++)
            priority.Update(Status("kube-apiserver", HealthClass.Ready, $"the certificate expires in {i} days"));

        Assert.Equal(wakes, _wakes);
    }

    [Fact]
    public void What_an_answer_says_that_it_costs_is_what_it_costs()
    {
        HealthPriority priority = Create(["haproxy"]);
        Posted();
        priority.Update(Status("haproxy", HealthClass.NotReady, "7") with { Weight = CheckWeight.Lower(7) });
        priority.Update(Status("haproxy", HealthClass.NotReady, "f") with { Weight = CheckWeight.Fault });

        Assert.Equal(
            ["0: -7 [check haproxy notReady: 7 (-7)]", "0: -0 fault [check haproxy notReady: f (fault)]"], Posted());
    }

    [Fact]
    public void New_reasons_alone_are_posted()
    {
        HealthPriority priority = Create(["kube-apiserver"]);
        Posted();

        priority.Update(Status("kube-apiserver", HealthClass.Down, "connection refused by 127.0.0.1:6443"));

        Assert.Equal(["0: -80 [check kube-apiserver down: connection refused by 127.0.0.1:6443 (-80)]"], Posted());
    }

    [Fact]
    public void A_fault_weight_is_a_fault_beside_the_sum_of_the_others()
    {
        HealthPriority priority = Create(["kube-apiserver", "disk"], ["disk", "kube-apiserver"]);
        priority.Update(Status("kube-apiserver", HealthClass.Ready));
        Assert.Contains("1: -0 fault [check disk down: not probed yet (fault)]", Posted());
        priority.Update(Status("kube-apiserver", HealthClass.Down, "gone"));
        Assert.Contains(
            "1: -80 fault [check disk down: not probed yet (fault)] [check kube-apiserver down: gone (-80)]", Posted());
        priority.Update(Status("disk", HealthClass.NotReady, "slow"));

        Assert.Contains("0: -90 [check kube-apiserver down: gone (-80)] [check disk notReady: slow (-10)]", Posted());
    }

    [Fact]
    public void A_class_that_costs_nothing_gives_no_reason()
    {
        HealthPriority priority = Create(["haproxy"]);
        Posted();

        priority.Update(Status("haproxy", HealthClass.NotReady, "slow"));

        Assert.Equal(["0: -0"], Posted());
    }

    private HealthPriority Create(params string[][] checksOfRouters)
    {
        CheckConfiguration[] checks = [Apiserver, Haproxy, Disk];
        return new HealthPriority(
            [.. checksOfRouters.Select((names, i) => Configurations.Router($"r{i}", names))],
            checks,
            [.. checks.Select(check => Status(check.Name, HealthClass.Down, "not probed yet"))],
            _inbox);
    }

    private static CheckStatus Status(string name, HealthClass value, params string[] reasons) =>
        CheckStatus.Unprobed(name, "kubernetesApiserver", DateTimeOffset.UnixEpoch) with
        {
            Class = value,
            Reasons = reasons,
        };

    private List<string> Posted()
    {
        List<string> lines = [];
        while (_inbox.TryTake(out LoopMessage? message))
        {
            var health = Assert.IsType<LoopMessage.HealthChanged>(message);
            string reasons = string.Concat(health.Reasons.Select(reason => $" [{reason}]"));
            lines.Add($"{health.Router}: -{health.Weight}{(health.Fault ? " fault" : "")}{reasons}");
        }

        return lines;
    }
}
