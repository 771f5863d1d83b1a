using Xunit.Abstractions;
using Xunit.Sdk;

namespace Vipd.EndToEnd.Tests;

/// <summary>
/// A namespace test of many repetitions, run by <c>tests/run.sh --long</c> only; its trait is Category=Long.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("Vipd.EndToEnd.Tests.LongFactTrait", "Vipd.EndToEnd.Tests")]
public sealed class LongFactAttribute : NetnsFactAttribute, ITraitAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("VIPD_LONG") != "1") Skip ??= "takes minutes: tests/run.sh --long";
    }
}

/// <summary>Found by xunit by its name.</summary>
public sealed class LongFactTrait : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new("Category", "Long")];
}
