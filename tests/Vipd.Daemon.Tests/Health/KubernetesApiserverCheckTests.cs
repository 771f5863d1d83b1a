using Microsoft.AspNetCore.Http;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Against a real TLS server: what a server that proves who it is may say.</summary>
public sealed class KubernetesApiserverCheckTests : ApiserverProbes
{
    [Fact]
    public async Task A_200_is_ready() => AssertAnswer(HealthClass.Ready, await AnswerToAsync(200, "ok"));

    [Fact]
    public async Task A_500_is_notReady_and_names_the_lines_that_failed()
    {
        const string Body = """
            [+]ping ok
            [-]etcd failed: reason withheld
            [+]log ok
            [-]poststarthook/rbac/bootstrap-roles failed: reason withheld
            readyz check failed
            """;

        AssertAnswer(
            HealthClass.NotReady,
            await AnswerToAsync(500, Body),
            "HTTP 500",
            "etcd failed: reason withheld",
            "poststarthook/rbac/bootstrap-roles failed: reason withheld");
    }

    [Fact]
    public async Task A_401_is_notReady_and_says_what_to_configure() => AssertAnswer(
        HealthClass.NotReady,
        await AnswerToAsync(401, "Unauthorized"),
        "HTTP 401: the apiserver answers no anonymous request (anonymous-auth is off); "
        + "configure clientCertFile and clientKeyFile, or tokenFile");

    [Fact]
    public async Task A_401_to_configured_credentials_says_so()
    {
        await using ApiserverStandIn server = await StartAsync(401, "Unauthorized");
        string token = Files.Write("token", "abc\n");
        using KubernetesApiserverCheck check = Create(Settings(server.Url) with { TokenFile = token });

        AssertAnswer(
            HealthClass.NotReady,
            await ProbeAsync(check),
            "HTTP 401: the apiserver does not accept the configured credentials");
    }

    [Fact]
    public async Task A_403_is_notReady() =>
        AssertAnswer(HealthClass.NotReady, await AnswerToAsync(403, "{}"), "HTTP 403: not allowed to read /readyz");

    [Fact]
    public async Task A_redirect_is_notReady_and_not_followed()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        server.Answer = ApiserverStandIn.Reply(302, "", location: new Uri(server.Url, "/elsewhere").ToString());
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        AssertAnswer(
            HealthClass.NotReady,
            await ProbeAsync(check),
            $"HTTP 302: redirected to {new Uri(server.Url, "/elsewhere")}");
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Many_failed_lines_are_cut_and_made_printable()
    {
        string body =
            string.Concat(Enumerable.Range(0, 14).Select(i => $"[-]hook{i} failed\u001b[31m{new string('x', 500)}\n"));

        CheckAnswer answer = await AnswerToAsync(500, body);

        Assert.Equal(12, answer.Reasons.Count);
        Assert.StartsWith("hook0 failed?[31mxxx", answer.Reasons[1], StringComparison.Ordinal);
        Assert.Equal(400, answer.Reasons[1].Length);
        Assert.Equal("and 4 more", answer.Reasons[^1]);
    }

    [Theory]
    [InlineData(200, HealthClass.Ready)]
    [InlineData(500, HealthClass.NotReady)]
    public async Task An_endless_body_is_read_no_further_than_its_bound(int status, HealthClass expected)
    {
        await using ApiserverStandIn server = await StartAsync(status, "");
        server.Answer = async context =>
        {
            context.Response.StatusCode = status;
            byte[] chunk = new byte[4096];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
        };
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        Assert.Equal(expected, (await ProbeAsync(check)).Class);
        server.Answer = ApiserverStandIn.Reply(200, "ok");
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_slow_answer_within_the_timeout_is_good()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        server.Answer = async context =>
        {
            await Task.Delay(300, context.RequestAborted);
            await context.Response.WriteAsync("ok");
        };
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task No_answer_within_the_timeout_is_down_and_the_next_probe_works()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        var asked = new TaskCompletionSource();
        server.Answer = context =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var time = new ManualTime();
        using var check = new KubernetesApiserverCheck(Settings(server.Url), TimeSpan.FromSeconds(2.5), time);

        Task<CheckAnswer> probe = check.ProbeAsync(CancellationToken.None);
        await asked.Task.WaitAsync(TimeLimit);
        time.Advance(TimeSpan.FromMilliseconds(2499));
        Assert.False(probe.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        AssertAnswer(
            HealthClass.Down, await probe.WaitAsync(TimeLimit), $"no answer within 2.5s from {Target(server.Url)}");
        server.Answer = ApiserverStandIn.Reply(200, "ok");
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_body_that_never_ends_within_the_timeout_is_down()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        server.Answer = async context =>
        {
            await context.Response.WriteAsync("o");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using var check =
            new KubernetesApiserverCheck(Settings(server.Url), TimeSpan.FromMilliseconds(700), TimeProvider.System);

        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"no answer within 700ms from {Target(server.Url)}");
    }

    [Fact]
    public async Task Stopping_ends_a_probe_without_an_answer()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using var stop = new CancellationTokenSource();
        server.Answer = context =>
        {
            stop.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => check.ProbeAsync(stop.Token).WaitAsync(TimeLimit));
    }

    [Fact]
    public async Task A_server_that_dies_is_refused_and_found_again_when_it_is_back()
    {
        ApiserverStandIn server = await StartAsync(200, "ok");
        Uri url = server.Url;
        using KubernetesApiserverCheck check = Create(Settings(url));
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));

        await server.DisposeAsync();
        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"connection refused by {Target(url)}");

        await using ApiserverStandIn back =
            await ApiserverStandIn.StartAsync(Authority.Issue(["kubernetes"]), port: url.Port);
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_server_that_restarts_between_two_probes_is_ready_in_both()
    {
        ApiserverStandIn server = await StartAsync(200, "ok");
        using KubernetesApiserverCheck check = Create(Settings(server.Url));
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));

        await server.DisposeAsync();
        await using ApiserverStandIn again =
            await ApiserverStandIn.StartAsync(Authority.Issue(["kubernetes"]), port: server.Url.Port);

        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_server_that_closes_after_each_answer_is_asked_over_new_connections()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        server.Answer = context =>
        {
            context.Response.Headers.Connection = "close";
            return context.Response.WriteAsync("ok");
        };
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        for (int i = 0; i < 5; i++)
            AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Assert.Equal(5, server.Connections);
    }

    [Fact]
    public async Task Twenty_probes_use_one_connection()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using KubernetesApiserverCheck check = Create(Settings(server.Url));

        for (int i = 0; i < 20; i++)
        {
            // A bad answer must not cost the connection either.
            bool isGood = i % 2 == 0;
            server.Answer = isGood ? ApiserverStandIn.Reply(200, "ok") : ApiserverStandIn.Reply(500, "[-]etcd failed");
            Assert.Equal(isGood ? HealthClass.Ready : HealthClass.NotReady, (await ProbeAsync(check)).Class);
        }

        Assert.Equal(20, server.Requests.Count);
        Assert.Equal(1, server.Connections);
    }

    private async Task<CheckAnswer> AnswerToAsync(int status, string body)
    {
        await using ApiserverStandIn server = await StartAsync(status, body);
        return await ProbeAsync(Settings(server.Url));
    }
}
