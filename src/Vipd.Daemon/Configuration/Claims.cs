namespace Vipd.Daemon.Configuration;

/// <summary>What may be there only once in the file, and where the first one stands.</summary>
internal sealed class Claims<T>(ErrorList errors)
    where T : notnull
{
    private readonly Dictionary<T, Position> _taken = [];

    /// <summary>Reports the second claim of <paramref name="value"/>: "<paramref name="what"/> in line N".</summary>
    public void Claim(T value, Position at, string what)
    {
        if (!_taken.TryAdd(value, at))
            errors.Add(at, $"{what} in line {_taken[value].Line}");
    }
}
