using System.Collections;

namespace Vipd.Daemon.Health;

/// <summary>
/// A list that is replaced as a whole. Whoever goes through it sees the one of that moment to its end; from any thread.
/// </summary>
internal sealed class LiveList<T>(IReadOnlyList<T> initial) : IReadOnlyList<T>
{
    private volatile IReadOnlyList<T> _current = initial;

    public int Count => _current.Count;

    public T this[int index] => _current[index];

    public void Replace(IReadOnlyList<T> next) => _current = next;

    public IEnumerator<T> GetEnumerator() => _current.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
