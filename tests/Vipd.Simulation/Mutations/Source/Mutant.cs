using System.Reflection;
using System.Runtime.Loader;

namespace Vipd.Simulation.Mutations.Source;

/// <summary>
/// A changed Vipd.Vrrp, and this simulation and the unit tests of the election loaded a second time on top of it.
/// </summary>
internal sealed class Mutant : AssemblyLoadContext, IDisposable
{
    private readonly Assembly _vrrp;
    private readonly Assembly _simulation;
    private readonly Assembly _unitTests;

    public Mutant(byte[] vrrp)
        : base(isCollectible: true)
    {
        _vrrp = LoadFromStream(new MemoryStream(vrrp));
        _simulation = LoadCopy("Vipd.Simulation.dll");
        _unitTests = LoadCopy("Vipd.Vrrp.Tests.dll");
    }

    /// <summary>The rule that it breaks and the seed; null if it breaks none.</summary>
    public string? Simulate(int firstSeed, int seeds)
    {
        MethodInfo method = _simulation.GetType(typeof(MutantTrial).FullName!, throwOnError: true)!
            .GetMethod(nameof(MutantTrial.Simulate))!;
        return method.CreateDelegate<Func<int, int, string?>>()(firstSeed, seeds);
    }

    /// <summary>Names of the unit tests of the election that fail.</summary>
    public IReadOnlyList<string> RunUnitTests() => UnitTests.Failures(_unitTests);

    public void Dispose() => Unload();

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        "Vipd.Vrrp" => _vrrp,
        "Vipd.Simulation" => _simulation,
        _ => null,
    };

    private Assembly LoadCopy(string file) =>
        LoadFromStream(new MemoryStream(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file))));
}

/// <summary>The side of a trial that runs inside the mutant's context: only plain values cross.</summary>
internal static class MutantTrial
{
    public static string? Simulate(int firstSeed, int seeds)
    {
        for (int seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            string? broken = Run((ulong)seed);
            if (broken is not null)
                return $"{broken} (seed {seed})";
        }

        return null;
    }

    private static string? Run(ulong seed)
    {
        try
        {
            return SimulationRun.Of(seed).BrokenRule;
        }
#pragma warning disable CA1031 // Whatever a broken election throws, it was caught.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception.GetType().Name;
        }
    }
}
