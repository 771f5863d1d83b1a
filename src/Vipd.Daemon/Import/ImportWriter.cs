using System.Text;
using Vipd.Daemon.Configuration;
using Vipd.Daemon.Configuration.Schema;

namespace Vipd.Daemon.Import;

/// <summary>Imported → vipd.yaml, with a comment where each part comes from. Defaults are left out.</summary>
internal sealed class ImportWriter
{
    private const int LongestComment = 100;

    private readonly StringBuilder _text = new();

    public static string Write(string file, ImportedConfiguration configuration)
    {
        var writer = new ImportWriter();
        writer.Line(0, $"# yaml-language-server: $schema=file://{ConfigurationSchema.InstalledPath}");
        string origin = ScalarFormats.Shorten(file, LongestComment);
        writer.Line(0, $"# From {origin}, by `vipd import`; what differed from node to node there still does.");
        writer.Line(0, "virtualRouters:");
        foreach (ImportedRouter router in configuration.Routers)
            writer.Router(router);
        if (configuration.Groups.Count > 0)
            writer.Line(0, "\nsyncGroups:");
        foreach (ImportedGroup group in configuration.Groups)
            writer.Line(1, $"- name: {group.Name}\n    members: {Yaml.List(group.Members)}");
        if (configuration.Checks.Count > 0)
            writer.Line(0, "\nchecks:");
        foreach (ImportedCheck check in configuration.Checks)
            writer.Check(check);
        return writer._text.ToString();
    }

    private void Router(ImportedRouter router)
    {
        Line(1, $"# {ScalarFormats.Shorten(router.Origin, LongestComment)}");
        Line(1, $"- name: {router.Name}");
        Line(2, $"vrid: {router.Vrid}");
        Line(2, $"interface: {Yaml.Scalar(router.Interface)}", router.Interface.Length > 0);
        Line(2, $"version: {router.Version}", router.Version != 3);
        Line(2, $"priority: {router.Priority}", router.Priority != 100);
        Line(2, $"advertisementInterval: {Durations.Format(router.AdvertisementInterval)}");
        Line(2, "preempt: false", !router.Preempt);
        Line(2, $"preemptDelay: {Durations.Format(router.PreemptDelay)}", router.PreemptDelay > TimeSpan.Zero);
        Line(2, $"startupDelay: {Durations.Format(router.StartupDelay)}", router.StartupDelay > TimeSpan.Zero);
        Line(2, "virtualMac: true", router.VirtualMac);
        Line(2, "addresses:");
        foreach (ImportedAddress address in router.Addresses)
            Line(3, address.IsAdvertised ? $"- {address}" : $"- {{address: \"{address}\", advertise: false}}");
        Unicast(router);
        Authentication(router.Authentication);
        Line(2, $"checks: {Yaml.List(router.Checks)}", router.Checks.Count > 0);
        Line(2, "trackInterfaces:", router.TrackInterfaces.Count > 0);
        foreach (ImportedInterface tracked in router.TrackInterfaces)
            Line(3, $"- {{name: {Yaml.Scalar(tracked.Name)}, weight: {tracked.Weight}}}");
        if (router.AnnounceRefresh is { } refresh)
            Line(2, $"announce:\n      refresh: {Durations.Format(refresh)}");
        Line(2, "hooks:", router.Hooks.Count > 0);
        foreach ((string hook, IReadOnlyList<string> argv) in router.Hooks)
            Line(3, $"{hook}: {Yaml.List(argv)}");
    }

    private void Unicast(ImportedRouter router)
    {
        if (router.Peers.Count == 0)
            return;
        // With the own address in it the list is the same on every node; vipd passes over it.
        IEnumerable<string> all = router.UnicastSource is { } own && !router.Peers.Contains(own)
            ? [own, .. router.Peers]
            : router.Peers;
        Line(2, "unicast:");
        Line(3, $"peers: {Yaml.List(all)}");
        Line(3, $"source: {Yaml.Scalar(router.UnicastSource ?? "")}  # this node's; needed only where it is not the "
            + "interface's first address", router.UnicastSource is not null);
        Line(3, $"minimumTtl: {router.MinimumTtl}", router.MinimumTtl is not (null or 255));
    }

    private void Authentication(ImportedAuthentication? authentication)
    {
        if (authentication is null)
            return;
        Line(2, "authentication:");
        Line(3, $"type: {authentication.Type}");
        foreach (string line in authentication.Lines)
            Line(3, line);
        Line(3, "keys:", authentication.Keys.Count > 0);
        foreach ((int id, string file) in authentication.Keys)
            Line(4, $"- {{id: {id}, file: {Yaml.Scalar(file)}}}");
    }

    private void Check(ImportedCheck check)
    {
        Line(1, $"# {ScalarFormats.Shorten(check.Origin, LongestComment)}");
        Line(1, $"- name: {check.Name}");
        Line(2, $"type: {check.Type}");
        foreach (string line in check.Lines)
            Line(2, line);
        string weight = check.Kind switch
        {
            WeightKind.Both => $"weights: {{notReady: {check.Weight}, down: {check.Weight}}}",
            WeightKind.DownOnly =>
                $"weights: {{notReady: 0, down: {check.Weight}}}  # the script took any answer for good",
            _ => $"weight: {check.Weight}",
        };
        Line(2, weight, check.Kind != WeightKind.OfFile);
    }

    private void Line(int depth, string text, bool isNeeded = true)
    {
        if (isNeeded)
            _text.Append(' ', depth * 2).Append(text).Append('\n');
    }
}
