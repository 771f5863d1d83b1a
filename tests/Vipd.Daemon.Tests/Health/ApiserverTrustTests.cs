using System.Security.Cryptography.X509Certificates;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Who is believed, and what is shown to whom.</summary>
public sealed class ApiserverTrustTests : ApiserverProbes
{
    [Fact]
    public async Task A_certificate_for_another_name_is_down_and_says_for_which()
    {
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(Authority.Issue(["etcd", "master-1"]));

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            "the certificate is for etcd, master-1, 10.96.0.1, not for kubernetes");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_server_name_may_be_an_address()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");

        AssertAnswer(HealthClass.Ready, await ProbeAsync(Settings(server.Url) with { ServerName = "10.96.0.1" }));
    }

    [Fact]
    public async Task An_expired_certificate_is_down_and_says_since_when()
    {
        await using ApiserverStandIn server =
            await ApiserverStandIn.StartAsync(Authority.Issue(["kubernetes"], from: -30, to: -2));

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            $"the certificate expired on {server.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");
    }

    [Fact]
    public async Task A_certificate_of_the_future_is_down_and_asks_for_the_clock()
    {
        await using ApiserverStandIn server =
            await ApiserverStandIn.StartAsync(Authority.Issue(["kubernetes"], from: 2, to: 30));

        string from = $"{server.Certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";
        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            $"the certificate is not valid before {from} (is this machine's clock right?)");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_down()
    {
        using var stranger = new TestAuthority("stranger");
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(stranger.Issue(["kubernetes"]));

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            $"the certificate, issued by CN=stranger, is not signed by the CA in {Files.Path("ca.crt")}");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_authority_of_the_same_name_with_another_key_is_down()
    {
        using var impostor = new TestAuthority();
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(impostor.Issue(["kubernetes"]));

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url)),
            $"the certificate, issued by CN=kubernetes-ca, is not signed by the CA in {Files.Path("ca.crt")}");
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task An_intermediate_authority_in_caFile_is_trusted_as_it_is()
    {
        using TestAuthority intermediate = Authority.Intermediate();
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(intermediate.Issue(["kubernetes"]));
        KubernetesApiserverSettings settings =
            Settings(server.Url) with { CaFile = Files.Write("intermediate.crt", intermediate.Pem) };

        AssertAnswer(HealthClass.Ready, await ProbeAsync(settings));
        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(settings with { ServerName = "other" }),
            "the certificate is for kubernetes, 10.96.0.1, not for other");
    }

    [Fact]
    public async Task An_intermediate_authority_in_caFile_vouches_for_no_other()
    {
        using TestAuthority intermediate = Authority.Intermediate();
        using TestAuthority other = Authority.Intermediate();
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(other.Issue(["kubernetes"]));
        KubernetesApiserverSettings settings =
            Settings(server.Url) with { CaFile = Files.Write("intermediate.crt", intermediate.Pem) };

        Assert.Equal(HealthClass.Down, (await ProbeAsync(settings)).Class);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_bundle_trusts_each_of_its_authorities()
    {
        using var next = new TestAuthority("next");
        await using ApiserverStandIn server = await ApiserverStandIn.StartAsync(next.Issue(["kubernetes"]));
        string bundle = Files.Write("bundle.crt", Authority.Pem + "\n" + next.Pem);

        AssertAnswer(HealthClass.Ready, await ProbeAsync(Settings(server.Url) with { CaFile = bundle }));
    }

    [Fact]
    public async Task InsecureSkipVerify_believes_anybody_and_says_so_each_time()
    {
        using var stranger = new TestAuthority("stranger");
        await using ApiserverStandIn server =
            await ApiserverStandIn.StartAsync(stranger.Issue(["other"], from: -9, to: -2));
        KubernetesApiserverSettings settings =
            Configurations.Apiserver(server.Url, Files.Path("none.crt")) with { InsecureSkipVerify = true };

        AssertAnswer(
            HealthClass.Ready, await ProbeAsync(settings), "the certificate is not verified (insecureSkipVerify)");
    }

    [Fact]
    public async Task The_client_certificate_is_given_when_asked_for()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");

        AssertAnswer(HealthClass.Ready, await ProbeAsync(WithClient(Settings(server.Url))));

        Assert.Equal("CN=kube-apiserver", server.ClientSubject);
    }

    [Fact]
    public async Task The_token_is_sent_and_read_again_when_it_changes_on_the_same_connection()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using KubernetesApiserverCheck check =
            Create(Settings(server.Url) with { TokenFile = Files.Write("token", "first\n") });

        await ProbeAsync(check);
        Files.Write("token", "second-one\n");
        await ProbeAsync(check);

        Assert.Equal(["Bearer first", "Bearer second-one"], server.Requests);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_token_that_would_break_the_request_is_not_sent()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        string token = Files.Write("token", "a\r\nX-Injected: b");

        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(Settings(server.Url) with { TokenFile = token }),
            $"tokenFile {token} does not hold a bearer token");
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(14.1, null)]
    [InlineData(13.9, "the server's certificate expires in 13 days, on 2026-01-14 21:36 UTC: renew it")]
    [InlineData(1.5, "the server's certificate expires in 1 day, on 2026-01-02 12:00 UTC: renew it")]
    [InlineData(-0.1, null)]
    public void A_certificate_that_ends_soon_is_spoken_of(double days, string? words)
    {
        var now = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(words, ServerCertificate.DescribeEnd(now.AddDays(days), now, TimeSpan.FromDays(14)));
    }

    private KubernetesApiserverSettings WithClient(KubernetesApiserverSettings settings)
    {
        using var certificate = Authority.Issue(["client"]);
        return settings with
        {
            ClientCertFile = Files.Write("client.crt", certificate.ExportCertificatePem()),
            ClientKeyFile = Files.Write("client.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        };
    }
}
