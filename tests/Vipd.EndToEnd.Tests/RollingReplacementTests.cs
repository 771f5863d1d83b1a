using Vipd.Lab.Mixed;

namespace Vipd.EndToEnd.Tests;

/// <summary>A site moves from keepalived to vipd, node by node, and back.</summary>
public class RollingReplacementTests
{
    [NetnsFact]
    public void Three_keepalived_nodes_become_vipd_and_go_back_and_vipd_loses_no_packet()
    {
        using var rolling = new RollingReplacement(VipdBinary.Path, MixedOptions.V3);
        var (vipd, keepalived, sent) = rolling.Play();

        var directory = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "interop")).FullName;
        File.WriteAllText(
            Path.Combine(directory, "rolling.md"), $"{sent} sent; lost by vipd {vipd}, by keepalived {keepalived}\n");
        Assert.Equal(0, vipd);
        Assert.Empty(rolling.Complaints());
    }
}
