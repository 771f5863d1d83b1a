using Vipd.Lab.Masters;

namespace Vipd.Lab.Bench;

/// <summary>How a bench is run.</summary>
/// <param name="VipdBinary">The file that ships.</param>
/// <param name="Directory">Where tables and plots go.</param>
/// <param name="IsQuick">One short round of each: shows that it works, proves nothing.</param>
/// <param name="Rounds">How often each trial is made; null: as the measurement says.</param>
internal sealed record BenchOptions(string VipdBinary, string Directory, bool IsQuick, int? Rounds)
{
    /// <summary>What most trials run on: three masters, no apiserver.</summary>
    internal ClusterOptions Three => new(VipdBinary) { WithApiServers = false };

    /// <summary>One who may die and one who takes over, so that only one deadline is meant.</summary>
    internal ClusterOptions Two => Three with { Masters = 2 };

    /// <summary>The same where the first is Active and stays it, so that several virtual routers are on one
    /// node.</summary>
    internal ClusterOptions FirstOfTwo => Two with { Priorities = [150, 100] };

    /// <summary>The same with several virtual routers, each with one address.</summary>
    internal ClusterOptions WithRouters(int count, TimeSpan interval) => FirstOfTwo with
    {
        OneRouterEach = true,
        Vips = ClusterOptions.ManyVips(count),
        AdvertisementInterval = interval,
    };

    /// <summary>One of two values.</summary>
    internal T Either<T>(T full, T quick) => IsQuick ? quick : full;
}
