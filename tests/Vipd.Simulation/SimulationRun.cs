using Vipd.Simulation.Faults;
using Vipd.Simulation.Rules;
using Vipd.Simulation.World;
using Vipd.Vrrp;
using Vipd.Vrrp.Election;

namespace Vipd.Simulation;

/// <summary>What came of a run.</summary>
internal sealed record SimulationResult(
    ulong Seed, string? BrokenRule, string? What, long Events, long AnnouncementEvents, int Faults,
    TimeSpan SimulatedTime, TimeSpan NodeTime, string Transcript, IReadOnlyList<TakeOver> TakeOvers)
{
    /// <summary>One line that says how to see it happen again.</summary>
    public string HowToReplay =>
        $"{BrokenRule} at {What}\n  VIPD_SIM_SEED={Seed} dotnet test tests/Vipd.Simulation --filter Replay " +
        "--logger 'console;verbosity=detailed'";
}

/// <summary>A node became Active.</summary>
internal readonly record struct TakeOver(TimeSpan At, int Node);

/// <summary>One world, one seed: the same seed gives the same run to the last frame.</summary>
internal sealed class SimulationRun
{
    /// <summary>A router whose address the kernel refused tries again by itself after this time.</summary>
    private static readonly TimeSpan KernelRetry = TimeSpan.FromSeconds(5);

    private readonly ulong _seed;
    private readonly Scenario _scenario;
    private readonly Agenda _agenda = new();
    private readonly Lan _lan;
    private readonly Node[] _nodes;
    private readonly Client _client;
    private readonly Transcript _transcript;
    private readonly Verdict _verdict;
    private readonly Situation _situation;
    private readonly Rulebook _rules;
    private readonly MonotonicTime _start;

    private SimulationRun(ulong seed, Scenario scenario, Mutation mutation, bool withTranscript)
    {
        _seed = seed;
        _scenario = scenario;
        _start = _agenda.Now;
        var random = new SeededRandom(seed);
        _lan = new Lan(_agenda, random, scenario.Nodes.Count);
        _client = new Client(scenario.AddressCount);
        _transcript = new Transcript(_agenda, withTranscript);
        _verdict = new Verdict(_agenda, _transcript);
        _nodes = [.. scenario.Nodes.Select(settings =>
            new Node(settings, _agenda, _lan, new SeededRandom(random.Next()), _transcript, _verdict, mutation))];
        _situation = new Situation(scenario, _agenda, _lan, _nodes, _client, _verdict);
        _rules = new Rulebook(_situation);
        _situation.Disturb(TimeSpan.Zero);
    }

    public static SimulationResult Of(ulong seed, Mutation? mutation = null, bool withTranscript = false) =>
        Of(seed, ScenarioGenerator.From(seed), mutation, withTranscript);

    public static SimulationResult Of(ulong seed, Scenario scenario, Mutation? mutation = null,
        bool withTranscript = false) =>
        new SimulationRun(seed, scenario, mutation ?? Mutation.None, withTranscript).Run();

    /// <summary>All that is done to anybody after its first start.</summary>
    public static int CountFaults(Scenario scenario) => scenario.Schedule.Count - scenario.Nodes.Count;

    private SimulationResult Run()
    {
        foreach (NodeSettings node in _scenario.Nodes)
            _transcript.Write(node.Number, node.ToString());
        for (int i = 0; i < _scenario.Schedule.Count; i++)
            _agenda.Enter(_start + _scenario.Schedule[i].At, new Happening(HappeningKind.Fault, i));
        MonotonicTime end = _start + _scenario.Duration;
        _agenda.Enter(end, new Happening(HappeningKind.Look, 0));
        while (_verdict.BrokenRule is null && _agenda.TryTake(end, out Happening happening))
        {
            Happen(happening);
            _rules.Step();
        }

        TimeSpan simulated = _agenda.Now - _start;
        return new SimulationResult(_seed, _verdict.BrokenRule, _verdict.What, _nodes.Sum(n => n.Events),
            _nodes.Sum(n => n.AnnouncementEvents), CountFaults(_scenario), simulated,
            simulated * _nodes.Length, _transcript.ToString(), TakeOvers());
    }

    private TakeOver[] TakeOvers() =>
    [
        .. _nodes.SelectMany(node => node.TakeOverTimes, (node, at) => new TakeOver(at - _start, node.Number))
            .OrderBy(takeOver => takeOver.At),
    ];

    private void Happen(in Happening happening)
    {
        switch (happening.Kind)
        {
            case HappeningKind.Delivery when happening.Target == _lan.Client:
                _client.Hear(happening.Frame);
                break;
            case HappeningKind.Delivery:
                _nodes[happening.Target].Receive(happening.Frame);
                break;
            case HappeningKind.Wake:
                _nodes[happening.Target].Wake();
                break;
            case HappeningKind.LeaseEnd:
                _nodes[happening.Target].EndLeases();
                break;
            case HappeningKind.Fault:
                Fault fault = _scenario.Schedule[happening.Target];
                _rules.Fault(fault);
                _transcript.WriteFault(fault.ToString());
                FaultInjector.Apply(fault, _nodes, _lan);
                _situation.Disturb(MayRetryLater(fault.Kind) ? KernelRetry : TimeSpan.Zero);
                break;
        }
    }

    /// <summary>A refused address is tried again later still by a machine whose clock stood still meanwhile.</summary>
    private bool MayRetryLater(FaultKind kind) => kind == FaultKind.RefuseAddress ||
        (kind is FaultKind.Resume or FaultKind.RepairAll &&
            Array.Exists(_nodes, node => node.Router?.State == RouterState.Fault));
}
