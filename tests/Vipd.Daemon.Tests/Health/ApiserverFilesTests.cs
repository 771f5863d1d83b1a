using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

/// <summary>Files that are not there yet, are replaced, or are caught half written.</summary>
public sealed class ApiserverFilesTests : ApiserverProbes
{
    [Fact]
    public async Task Before_kubeadm_init_the_check_is_down_and_it_picks_up_the_CA_when_it_appears()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        string path = Path.Combine(Files.Path("pki"), "ca.crt");
        using KubernetesApiserverCheck check = Create(Configurations.Apiserver(server.Url, path));

        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"caFile {path} does not exist yet");
        Directory.CreateDirectory(Files.Path("pki"));
        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"caFile {path} does not exist yet");
        await File.WriteAllTextAsync(path, "");
        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"caFile {path} holds no PEM certificate");
        await File.WriteAllTextAsync(path, Authority.Pem);
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_rotated_CA_is_used_from_the_next_probe_on_over_a_new_connection()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using KubernetesApiserverCheck check = Create(Settings(server.Url));
        await ProbeAsync(check);

        using var next = new TestAuthority("next");
        server.Certificate = next.Issue(["kubernetes"]);
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Assert.Equal(1, server.Connections);

        Files.Write("ca.crt", next.Pem);
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Assert.Equal(2, server.Connections);

        Files.Write("ca.crt", Authority.Pem + "\n");
        AssertAnswer(
            HealthClass.Down,
            await ProbeAsync(check),
            $"the certificate, issued by CN=next, is not signed by the CA in {Files.Path("ca.crt")}");
    }

    [Theory]
    [InlineData(null, "does not exist yet")]
    [InlineData("", "holds no PEM certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a broken certificate: ")]
    public async Task A_CA_that_vanishes_or_is_half_written_is_remarked_and_changes_nothing(
        string? content, string remark)
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using KubernetesApiserverCheck check = Create(Settings(server.Url));
        await ProbeAsync(check);

        if (content is null)
            File.Delete(Files.Path("ca.crt"));
        else
            Files.Write("ca.crt", content);

        for (int i = 0; i < 2; i++)
        {
            CheckAnswer answer = await ProbeAsync(check);
            Assert.Equal(HealthClass.Ready, answer.Class);
            string reason = Assert.Single(answer.Reasons);
            Assert.StartsWith($"caFile {Files.Path("ca.crt")} {remark}", reason, StringComparison.Ordinal);
            Assert.EndsWith("; what was read before is still in use", reason, StringComparison.Ordinal);
        }

        Files.Write("ca.crt", Authority.Pem);
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_symbolic_link_that_is_switched_is_a_change()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using var stranger = new TestAuthority("stranger");
        string link = Files.Path("link.crt");
        File.CreateSymbolicLink(link, Files.Write("stranger.crt", stranger.Pem));
        using KubernetesApiserverCheck check = Create(Settings(server.Url) with { CaFile = link });
        Assert.Equal(HealthClass.Down, (await ProbeAsync(check)).Class);

        File.Delete(link);
        File.CreateSymbolicLink(link, Files.Path("ca.crt"));

        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_client_certificate_is_replaced_only_when_its_key_fits()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        using X509Certificate2 first = Authority.Issue(["first"]);
        using X509Certificate2 second = Authority.Issue(["second"]);
        KubernetesApiserverSettings settings = Settings(server.Url) with
        {
            ClientCertFile = Files.Write("client.crt", first.ExportCertificatePem()),
            ClientKeyFile = Files.Path("client.key"),
        };
        using KubernetesApiserverCheck check = Create(settings);

        AssertAnswer(
            HealthClass.Down, await ProbeAsync(check), $"clientKeyFile {settings.ClientKeyFile} does not exist yet");
        Files.Write("client.key", KeyOf(first));
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Files.Write("client.crt", second.ExportCertificatePem());
        CheckAnswer between = await ProbeAsync(check);
        Assert.Equal(HealthClass.Ready, between.Class);
        Assert.Contains(
            "are not a PEM certificate and its key", Assert.Single(between.Reasons), StringComparison.Ordinal);
        Assert.Equal(1, server.Connections);
        Files.Write("client.key", KeyOf(second) + "\n");
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_missing_token_is_down_until_it_appears()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");
        string path = Files.Path("token");
        using KubernetesApiserverCheck check = Create(Settings(server.Url) with { TokenFile = path });

        AssertAnswer(HealthClass.Down, await ProbeAsync(check), $"tokenFile {path} does not exist yet");
        Files.Write("token", "abc");
        AssertAnswer(HealthClass.Ready, await ProbeAsync(check));
    }

    [Fact]
    public async Task A_directory_or_a_huge_file_in_place_of_the_CA_is_down_and_says_so()
    {
        await using ApiserverStandIn server = await StartAsync(200, "ok");

        CheckAnswer directory =
            await ProbeAsync(Configurations.Apiserver(server.Url, Path.GetDirectoryName(Files.Path("x"))!));
        CheckAnswer huge =
            await ProbeAsync(Configurations.Apiserver(server.Url, Files.Write("huge", new string('x', 1_048_577))));

        Assert.Equal(HealthClass.Down, directory.Class);
        AssertAnswer(HealthClass.Down, huge, $"caFile {Files.Path("huge")} is larger than 1048576 bytes");
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }
}
