using System.Net.Http.Json;
using System.Text.Json;
using Vipd.Lab.Network;
using Vipd.Lab.Processes;

namespace Vipd.Lab.Masters;

/// <summary>
/// A member of a real etcd, as kubeadm puts one beside each apiserver: peers talk over the segment, its own apiserver
/// over loopback. Without TLS, which changes nothing that is asked here.
/// </summary>
public sealed class EtcdMember : IDisposable
{
    internal const string ClientUrl = "http://127.0.0.1:2379";
    private const int PeerPort = 2380;
    private readonly LabNode _node;
    private readonly IReadOnlyList<LabNode> _members;
    private readonly HttpClient _http;
    private LabProcess? _process;

    internal EtcdMember(LabNode node, IReadOnlyList<LabNode> members, HttpClient http) =>
        (_node, _members, _http) = (node, members, http);

    /// <summary>Starts it, or starts it again with the data that it has.</summary>
    public void Start()
    {
        _process?.Dispose();
        _process = LabProcess.Start(
            _node, "etcd", "etcd", "--name", _node.Name, "--data-dir", _node.PathOf("etcd"),
            "--listen-peer-urls", PeerUrl(_node), "--initial-advertise-peer-urls", PeerUrl(_node),
            "--listen-client-urls", ClientUrl, "--advertise-client-urls", ClientUrl,
            "--initial-cluster", string.Join(',', _members.Select(member => $"{member.Name}={PeerUrl(member)}")));
    }

    public void Kill() => _process!.Kill();

    /// <summary>
    /// What it sends to the other members gets nowhere, while all else passes: multicast, and the client.
    /// </summary>
    public void CutFromTheOthers() => IpCommand.Batch(_node.Namespace, Routes("add"));

    public void Heal() => IpCommand.Batch(_node.Namespace, Routes("del"));

    /// <summary>It answers a read that needs the quorum.</summary>
    public bool HasQuorum() => Ask("/v3/kv/range", """{"key":"aGVhbHRo"}""") is not null;

    /// <summary>The answer leaves "leader" out while the members are electing one.</summary>
    public bool IsLeader() => Ask("/v3/maintenance/status", "{}") is { } status
        && status.TryGetProperty("leader", out var leader)
        && status.GetProperty("header").GetProperty("member_id").GetString() == leader.GetString();

    public void Dispose() => _process?.Dispose();

    private static string PeerUrl(LabNode node) => $"http://{node.Address}:{PeerPort}";

    private IEnumerable<string> Routes(string verb) =>
        _members.Where(member => member != _node).Select(member => $"route {verb} blackhole {member.Address}/32");

    private JsonElement? Ask(string path, string question)
    {
        try
        {
            using var content = new StringContent(question);
            using var response = _http.PostAsync(ClientUrl + path, content).GetAwaiter().GetResult();
            return response.IsSuccessStatusCode
                ? response.Content.ReadFromJsonAsync<JsonElement>().GetAwaiter().GetResult()
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
