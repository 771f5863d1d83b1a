using Vipd.Lab;
using Vipd.Lab.Bench;
using Vipd.Lab.Demo;
using Vipd.Lab.Faults;
using Vipd.Lab.Masters;
using Vipd.Lab.Measure;
using Vipd.Lab.Mixed;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;
using Vipd.Lab.Traffic;

const string Usage = """
    vipd-lab demo --vipd FILE [--keep]         three masters, one VIP: break it in four ways, show what was noticed
    vipd-lab measure --vipd FILE [--runs N] [--interval-ms N] SCENARIO... | all
                                               median, min, max of planned-stop, planned-stop-500, node-death,
                                               apiserver-kill, apiserver-hang, apiserver-stop, daemon-kill,
                                               daemon-hang, wipe, cold-start, equal-claim,
                                               renewals-255, renewals-500, renewals-2000
    vipd-lab measure --vipd FILE idle | checks [--minutes N]
    vipd-lab faults --vipd FILE [--runs N] [FAULT...]
                                               the table of faults; without names, of all
    vipd-lab mixed --vipd FILE [--labs N] [--rolling] [TEXT...]
                                               vipd beside keepalived and FRR: the matrix, or those of its cells whose
                                               column or row has each TEXT; --rolling: the rolling replacement alone
    vipd-lab bench --vipd FILE --out DIR [--quick] [--rounds N] [NAME...]
                                               vipd beside keepalived and FRR: tables and plots of all measurements, or
                                               of those
    vipd-lab down PREFIX | --orphans           take down what --keep left up, or what a killed lab left
    vipd-lab apiserver --port N --pki DIR --control FILE [--etcd URL] [--shutdown-delay-ms N]
    vipd-lab responder --name NAME
    vipd-lab idle-server --port N              accepts connections and says nothing
    """;

using var stop = new CancellationTokenSource();
try
{
    var rest = args.Skip(1).ToList();
    switch (args.FirstOrDefault())
    {
        case "demo":
            using (new StopSignals(stop))
            {
                var demo = new Arguments(rest, ["--vipd"], ["--keep"]);
                return DemoCommand.Run(Path.GetFullPath(demo.Text("--vipd")), demo.Has("--keep"), stop.Token);
            }
        case "measure":
            using (new StopSignals(stop))
                return Measure(new Arguments(rest, ["--vipd", "--runs", "--minutes", "--interval-ms"], []), stop.Token);
        case "faults":
            using (new StopSignals(stop))
            {
                var faults = new Arguments(rest, ["--vipd", "--runs"], []);
                var options = new ClusterOptions(Path.GetFullPath(faults.Text("--vipd")));
                return FaultsCommand.Run(options, faults.Words, faults.Number("--runs", 20), stop.Token);
            }
        case "bench":
            using (new StopSignals(stop))
            {
                var bench = new Arguments(rest, ["--vipd", "--out", "--rounds"], ["--quick"]);
                var options = new BenchOptions(
                    Path.GetFullPath(bench.Text("--vipd")), bench.Text("--out"), bench.Has("--quick"),
                    bench.Has("--rounds") ? bench.Number("--rounds", 0) : null);
                return BenchCommand.Run(options, bench.Words, stop.Token);
            }
        case "mixed":
            return Mixed(new Arguments(rest, ["--vipd", "--labs"], ["--rolling"]));
        case "down":
            return Down(new Arguments(rest, [], ["--orphans"]));
        case "apiserver":
            var apiServer = new Arguments(rest, ["--port", "--pki", "--control", "--etcd", "--shutdown-delay-ms"], []);
            var certificates = new LabCertificates(apiServer.Text("--pki"));
            var etcd = apiServer.Has("--etcd") ? new Uri(apiServer.Text("--etcd")) : null;
            await new ApiServerStandIn(
                apiServer.Number("--port", 6443), certificates, apiServer.Text("--control"),
                TimeSpan.FromMilliseconds(apiServer.Number("--shutdown-delay-ms", 0)), etcd).RunAsync(stop.Token);
            return 0;
        case "idle-server":
            await IdleServer.RunAsync(new Arguments(rest, ["--port"], []).Number("--port", 0), stop.Token);
            return 0;
        case "responder":
            using (Responder.StartHere(new Arguments(rest, ["--name"], []).Text("--name")))
                Thread.Sleep(Timeout.Infinite);
            return 0;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(Usage);
    return 2;
}

static int Measure(Arguments arguments, CancellationToken stop)
{
    const int DefaultRuns = 10;
    const int DefaultMinutes = 30;
    var options = new ClusterOptions(Path.GetFullPath(arguments.Text("--vipd")))
    {
        AdvertisementInterval =
            arguments.Has("--interval-ms") ? TimeSpan.FromMilliseconds(arguments.Number("--interval-ms", 0)) : null,
    };
    return arguments.Words switch
    {
        ["idle"] => IdleCommand.Run(options, arguments.Number("--minutes", DefaultMinutes), stop),
        ["checks"] => ChecksCommand.Run(options, arguments.Number("--minutes", DefaultMinutes), stop),
        _ => MeasureCommand.Run(arguments.Words, options, arguments.Number("--runs", DefaultRuns), stop),
    };
}

static int Mixed(Arguments arguments)
{
    var vipd = Path.GetFullPath(arguments.Text("--vipd"));
    return arguments.Has("--rolling")
        ? MixedCommand.RunRolling(vipd)
        : MixedCommand.Run(vipd, arguments.Number("--labs", MixedMatrix.LabsAtATime), arguments.Words);
}

static int Down(Arguments arguments)
{
    IReadOnlyList<SegmentName> names = arguments.Has("--orphans")
        ? SegmentName.Orphans()
        : [.. arguments.Words.Select(w => SegmentName.TryParse(w, out var name) ? name : throw new FormatException(w))];
    foreach (var name in names) name.Remove();
    var left = names.SelectMany(n => n.Remains()).ToList();
    foreach (var thing in left) Console.Error.WriteLine($"left behind: {thing}");
    return left.Count == 0 ? 0 : 1;
}
