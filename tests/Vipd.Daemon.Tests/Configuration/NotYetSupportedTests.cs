namespace Vipd.Daemon.Tests.Configuration;

/// <summary>What the contract names and the daemon can't do yet is an error, never silence.</summary>
public class NotYetSupportedTests
{
    [Theory]
    [InlineData("    version: ▶2", "version: 2")]
    [InlineData("    virtualMac: ▶true", "virtualMac: true")]
    [InlineData("    unicast: ▶{peers: [192.0.2.11]}", "unicast")]
    [InlineData("    unicast:▶", "unicast")]
    [InlineData("    authentication: ▶{type: hmac-sha256}", "authentication")]
    [InlineData("    trackInterfaces: ▶[{name: eth1, weight: 0}]", "trackInterfaces")]
    [InlineData("    hooks: {onActive: ▶[/bin/true]}", "hooks")]
    [InlineData("    hooks: {onBackup: ▶[/bin/true]}", "hooks")]
    [InlineData("    hooks: {onFault: ▶[/bin/true]}", "hooks")]
    [InlineData("    hooks: {onConflict: ▶[/bin/true]}", "hooks")]
    [InlineData("    balance: ▶{port: 6443}", "balance")]
    [InlineData("syncGroups: ▶[{name: a, members: [b]}]", "syncGroups")]
    [InlineData("manageSysctls: ▶true", "manageSysctls: true")]
    [InlineData("metrics: {keepalivedExporterNames: ▶true}", "keepalivedExporterNames: true")]
    [InlineData("  - {name: b, vrid: 1, addresses: [{address: 192.0.2.1, advertise: ▶false}]}", "advertise: false")]
    [InlineData("  - {name: b, vrid: 1, addresses: [▶'2001:db8::1/64']}", "an IPv6 address")]
    [InlineData("  - {name: b, vrid: 1, addresses: [{address: ▶'2001:db8::1'}]}", "an IPv6 address")]
    public void A_feature_that_is_not_built_is_refused_where_it_is_asked_for(string marked, string what) =>
        ErrorPositionTests.AssertOnly(Sample.Router + marked, what + " is not supported by this version of vipd yet");

    [Fact]
    public void An_alias_does_not_smuggle_it_in() => ErrorPositionTests.AssertOnly(
        Sample.Router + "    preempt: &yes ▶true\n    virtualMac: *yes".Replace("&yes ▶", "▶&yes "),
        "virtualMac: true is not supported by this version of vipd yet");
}
