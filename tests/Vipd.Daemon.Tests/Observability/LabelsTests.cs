using Vipd.Daemon.Observability;
using Vipd.Vrrp.Election;

namespace Vipd.Daemon.Tests.Observability;

public sealed class LabelsTests
{
    [Fact]
    public void The_spelling_of_states_is_a_contract() => Assert.Equal(
        ["initialize", "backup", "active", "fault"], Enum.GetValues<RouterState>().Select(Labels.Of));

    [Fact]
    public void The_spelling_of_causes_is_a_contract() => Assert.Superset(
        new HashSet<string>
        {
            "startup", "addressOwner", "activeDown", "activeResigned", "preempting", "higherPriority", "higherAddress",
            "shutdown", "drained", "undrained", "interfaceDown", "interfaceUp", "checkFault", "checkRecovered",
            "stalled", "kernelRefused", "trackedInterfaceDown", "trackedInterfaceUp", "groupFault", "groupRecovered",
            "groupLeft", "groupResigned",
        },
        Enum.GetValues<TransitionCause>().Select(Labels.Of).ToHashSet());
}
