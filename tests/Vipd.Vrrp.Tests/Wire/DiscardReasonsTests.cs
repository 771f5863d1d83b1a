using Vipd.Vrrp.Wire;

namespace Vipd.Vrrp.Tests.Wire;

public sealed class DiscardReasonsTests
{
    [Fact]
    public void The_reasons_fill_an_array_of_Count_without_gaps() => Assert.Equal(
        Enumerable.Range(0, DiscardReasons.Count), Enum.GetValues<DiscardReason>().Select(reason => (int)reason));

    [Fact]
    public void Each_label_is_the_name_in_camel_case() =>
        Assert.All(Enum.GetValues<DiscardReason>(), reason => Assert.Equal(
            char.ToLowerInvariant(reason.ToString()[0]) + reason.ToString()[1..], reason.Label()));

    [Fact]
    public void What_is_no_reason_has_no_label() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DiscardReason)DiscardReasons.Count).Label());
}
