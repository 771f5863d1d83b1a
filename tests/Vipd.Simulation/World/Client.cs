namespace Vipd.Simulation.World;

/// <summary>
/// A machine that talks to the virtual addresses. It believes the last announcement it heard and never asks by itself:
/// harsher than a real one, which asks again after some seconds.
/// </summary>
internal sealed class Client(int addressCount)
{
    public const int Nobody = -1;

    private readonly int[] _cache = [.. Enumerable.Repeat(Nobody, addressCount)];

    public ReadOnlySpan<int> Cache => _cache;

    public void Hear(in Frame announcement) => Hear(announcement.First, announcement.Count, announcement.Sender);

    public void Hear(int first, int count, int sender) => _cache.AsSpan(first, count).Fill(sender);
}
