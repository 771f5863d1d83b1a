using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration;

/// <summary>The types of checks beside kubernetesApiserver.</summary>
public class CheckReaderTests
{
    [Fact]
    public void An_http_check_needs_no_more_than_a_url()
    {
        CheckConfiguration check = Read("type: http, url: 'http://127.0.0.1:8080/healthz'");
        Assert.Equal(
            new HttpSettings(new Uri("http://127.0.0.1:8080/healthz"))
            {
                ServerName = "127.0.0.1",
                ExpectStatus = new StatusRange(200, 299),
            },
            check.Settings);
        Assert.Equal(TimeSpan.FromMilliseconds(250), check.Interval);
        Assert.Equal(new CheckWeights(CheckWeight.Lower(40), CheckWeight.Lower(80)), check.Weights);
    }

    [Fact]
    public void Every_key_of_an_http_check_arrives() => Assert.Equal(
        new HttpSettings(new Uri("https://app.example/x"))
        {
            CaFile = "/ca",
            ServerName = "other.example",
            InsecureSkipVerify = true,
            ClientCertFile = "/c",
            ClientKeyFile = "/k",
            TokenFile = "/t",
            DeathWatch = false,
            ExpectStatus = new StatusRange(200, 399),
            BodyContains = "UP",
            Headers = new EquatableList<HttpHeader>([new("Host", "a"), new("X-B", "c: d")]),
        },
        Read("""
            type: http, url: 'https://app.example/x', caFile: /ca, serverName: other.example, insecureSkipVerify: true,
                clientCertFile: /c, clientKeyFile: /k, tokenFile: /t, deathWatch: false, expectStatus: 200-399,
                bodyContains: UP, headers: {Host: a, X-B: 'c: d'}
            """).Settings);

    [Theory]
    [InlineData("127.0.0.1:8443", "127.0.0.1", 8443)]
    [InlineData("'[::1]:443'", "::1", 443)]
    [InlineData("haproxy.example:1", "haproxy.example", 1)]
    public void A_tcp_check_has_an_address(string text, string host, int port)
    {
        CheckConfiguration check = Read($"type: tcp, address: {text}, weight: 50");
        Assert.Equal(new TcpSettings(new TargetEndPoint(host, port), DeathWatch: true), check.Settings);
        Assert.Equal(new CheckWeights(CheckWeight.Lower(50), CheckWeight.Lower(50)), check.Weights);
    }

    [Fact]
    public void A_command_check_has_arguments_and_its_own_pace()
    {
        CheckConfiguration check = Read("type: command, command: [/usr/bin/test, -e, '/a b'], weight: fault");
        Assert.Equal(new CommandSettings(new EquatableList<string>(["/usr/bin/test", "-e", "/a b"])), check.Settings);
        Assert.Equal((TimeSpan.FromSeconds(1), 3, 2), (check.Interval, check.Rise, check.Fall));
        Assert.Equal(CheckWeight.Fault, check.Weights.NotReady);
    }

    [Fact]
    public void A_process_check_has_a_name_or_a_pid_file_or_both()
    {
        Assert.Equal(new ProcessSettings("kubelet", null), Read("type: process, process: kubelet").Settings);
        Assert.Equal(
            new ProcessSettings("haproxy", "/run/haproxy.pid"),
            Read("type: process, process: haproxy, pidFile: /run/haproxy.pid").Settings);
    }

    [Theory]
    [InlineData("", FileExpectation.Exists)]
    [InlineData(", expect: exists", FileExpectation.Exists)]
    [InlineData(", expect: absent", FileExpectation.Absent)]
    [InlineData(", expect: weight", FileExpectation.Weight)]
    public void A_file_check_has_a_path_and_counts_at_once(string expect, FileExpectation expected)
    {
        CheckConfiguration check = Read($"type: file, path: /run/flag{expect}");
        Assert.Equal(new FileSettings("/run/flag", expected), check.Settings);
        Assert.Equal((1, 1), (check.Rise, check.Fall));
    }

    [Fact]
    public void The_shipped_example_has_one_of_each_type()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Configuration", "checks.yaml");
        ConfigurationResult result = ConfigurationFile.Read(path);
        Assert.Empty(result.Errors);
        Assert.Equal(
            ["http", "tcp", "command", "process", "file"],
            result.Configuration!.Checks.Select(check => check.Settings.Type));
    }

    [Fact]
    public void Equal_texts_give_equal_checks_and_others_do_not()
    {
        const string Http = "type: http, url: 'http://a/', headers: {A: b}";
        const string Command = "type: command, command: [/bin/true, x]";
        Assert.Equal(Read(Http), Read(Http));
        Assert.Equal(Read(Command), Read(Command));
        Assert.Equal(Read(Http).GetHashCode(), Read(Http).GetHashCode());
        Assert.NotEqual(Read(Http), Read(Http.Replace("A: b", "A: c", StringComparison.Ordinal)));
        Assert.NotEqual(Read(Command), Read(Command.Replace("x", "y", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("▶type: http", "url: missing, and it has no default; add it")]
    [InlineData("type: http, url: ▶'ftp://a/'", "url: 'ftp://a/' must begin with http:// or https://")]
    [InlineData("type: http, url: ▶'https://a/'",
        "url: https needs caFile (/etc/ssl/certs/ca-certificates.crt for the public ones), "
        + "or insecureSkipVerify: true")]
    [InlineData("type: http, url: 'http://a/', caFile: ▶/ca", "caFile: has no use, as the url begins with "
        + "http://; remove it, or write https://")]
    [InlineData("type: http, url: 'http://a/', expectStatus: ▶399-200",
        "expectStatus: '399-200' is not a status code or range such as 200 or 200-399")]
    [InlineData("type: http, url: 'http://a/', headers: ▶[A]",
        "headers: expected a mapping (key: value), not a list")]
    [InlineData("type: http, url: 'http://a/', headers: {▶'A B': c}", "headers: 'A B' is not the name of a header")]
    [InlineData("type: http, url: 'http://a/', headers: {A: ▶\"b\\nc\"}",
        "headers: 'b�c' is not a text of one line")]
    [InlineData("type: tcp, address: ▶8443",
        "address: '8443' is not a host and port such as 127.0.0.1:8443 or \"[::1]:8443\"")]
    [InlineData("type: tcp, address: ▶'::1:8443'",
        "address: '::1:8443' is not a host and port such as 127.0.0.1:8443 or \"[::1]:8443\"")]
    [InlineData("type: tcp, address: 'a:1', weight: ▶300",
        "weight: '300' is not a whole number from 0 to 254 (lower the priority by it) or fault")]
    [InlineData("type: tcp, address: 'a:1', weight: ▶50, weights: {down: 1}",
        "weight: weights is given as well; keep one of them")]
    [InlineData("type: command, command: ▶[]", "command: the list is empty; it needs at least one entry")]
    [InlineData("type: command, command: [▶test]",
        "command: 'test' is not an absolute path of a file, such as /etc/vipd/file")]
    [InlineData("type: ▶process", "type: process needs process (a name) or pidFile, or both")]
    [InlineData("type: process, process: ▶/usr/bin/kubelet",
        "process: '/usr/bin/kubelet' is not the name of a program, without its folder")]
    [InlineData("type: file, path: ▶flag", "path: 'flag' is not an absolute path of a file, such as /etc/vipd/file")]
    [InlineData("type: file, path: /f, expect: ▶exist",
        "expect: 'exist' is not one of exists, absent, weight; did you mean 'exists'?")]
    [InlineData("type: file, path: /f, ▶url: 'http://a/'", "unknown key 'url'; known here: name, type, interval, "
        + "timeout, rise, fall, weight, weights, path, expect")]
    public void What_is_wrong_is_told_where_it_is(string marked, string message) =>
        ErrorPositionTests.AssertOnly(Sample.Router + Braced(marked), message);

    // A missing key is reported at the entry itself.
    private static string Braced(string marked) =>
        marked.StartsWith('▶') ? $"checks: [▶{{name: a, {marked[1..]}}}]" : $"checks: [{{name: a, {marked}}}]";

    private static CheckConfiguration Read(string keys) =>
        Assert.Single(Sample.Valid($"{Sample.Router}checks: [{{name: a, {keys}}}]").Checks);
}
