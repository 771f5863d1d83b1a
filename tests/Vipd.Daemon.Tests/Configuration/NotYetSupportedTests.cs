namespace Vipd.Daemon.Tests.Configuration;

/// <summary>What the contract names and the daemon can't do yet is an error, never silence.</summary>
public class NotYetSupportedTests
{
    [Theory]
    [InlineData("    authentication: {type: ▶hmac-sha256, keys: [{id: 1, file: /k}]}", "type: hmac-sha256")]
    [InlineData("    balance: ▶{port: 6443}", "balance")]
    [InlineData("manageSysctls: ▶true", "manageSysctls: true")]
    [InlineData("metrics: {keepalivedExporterNames: ▶true}", "keepalivedExporterNames: true")]
    public void A_feature_that_is_not_built_is_refused_where_it_is_asked_for(string marked, string what) =>
        ErrorPositionTests.AssertOnly(Sample.Router + marked, what + " is not supported by this version of vipd yet");

    [Fact]
    public void An_alias_does_not_smuggle_it_in() => ErrorPositionTests.AssertOnly(
        Sample.Router + "    preempt: &yes ▶true\nmanageSysctls: *yes".Replace("&yes ▶", "▶&yes "),
        "manageSysctls: true is not supported by this version of vipd yet");
}
