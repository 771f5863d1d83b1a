using Xunit.Abstractions;
using Xunit.Sdk;

namespace Vipd.Simulation;

/// <summary>Runs for an hour, by <c>tests/run.sh --long</c> only; its trait is Category=Long.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("Vipd.Simulation.LongFactTrait", "Vipd.Simulation")]
public sealed class LongFactAttribute : FactAttribute, ITraitAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("VIPD_LONG") != "1")
            Skip = "takes an hour: tests/run.sh --long";
    }
}

/// <summary>Found by xunit by its name.</summary>
public sealed class LongFactTrait : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new("Category", "Long")];
}
