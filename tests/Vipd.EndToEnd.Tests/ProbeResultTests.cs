using Vipd.Lab.Traffic;

namespace Vipd.EndToEnd.Tests;

/// <summary>What the lab's client calls a gap.</summary>
public sealed class ProbeResultTests
{
    [Fact]
    public void What_was_held_back_before_the_first_answer_makes_no_gap()
    {
        // Two of the packets before the answer at 70 ms were held back while ARP was unanswered, the others lost.
        var client = Client(held: 2, firstAnswerAt: 70, lost: []);

        Assert.Equal(70, client.LongestGapMilliseconds);
        Assert.Equal(0, client.SinceFirstAnswer.LongestGapMilliseconds);
    }

    [Fact]
    public void What_is_lost_behind_the_first_answer_is_a_gap_from_then_on()
    {
        var client = Client(held: 1, firstAnswerAt: 70, lost: [71, 72, 73]);

        Assert.Equal(4, client.SinceFirstAnswer.LongestGapMilliseconds);
    }

    [Fact]
    public void Who_was_never_answered_has_no_first_answer()
    {
        var client = Client(held: 0, firstAnswerAt: 1000, lost: []);

        Assert.Same(client, client.SinceFirstAnswer);
        Assert.True(double.IsNaN(client.SinceFirstAnswer.LongestGapMilliseconds));
    }

    /// <summary>100 packets, one a millisecond; answered are the first ones, and those from an answer on.</summary>
    private static ProbeResult Client(int held, int firstAnswerAt, int[] lost) => new(
    [
        .. Enumerable.Range(0, 100).Select(i => (Number: i, Sent: TimeSpan.FromMilliseconds(i)))
            .Select(packet => packet switch
            {
                _ when packet.Number < held =>
                    new ProbedPacket(packet.Sent, TimeSpan.FromMilliseconds(firstAnswerAt), "m1"),
                _ when packet.Number <= firstAnswerAt || lost.Contains(packet.Number) =>
                    new ProbedPacket(packet.Sent, null, null),
                _ => new ProbedPacket(packet.Sent, packet.Sent, "m1"),
            }),
    ]);
}
