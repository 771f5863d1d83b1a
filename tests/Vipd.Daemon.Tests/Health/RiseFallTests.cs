using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class RiseFallTests
{
    [Fact]
    public void Before_the_first_answer_the_verdict_is_down()
    {
        var verdict = new RiseFall(rise: 3, fall: 2);

        Assert.Equal(HealthClass.Down, verdict.Class);
        Assert.False(verdict.HasAnswer);
        Assert.Equal(0, verdict.Consecutive);
    }

    [Theory]
    [InlineData(HealthClass.Ready, true)]
    [InlineData(HealthClass.NotReady, true)]
    [InlineData(HealthClass.Down, false)]
    public void The_first_answer_counts_at_once(HealthClass first, bool changes)
    {
        var verdict = new RiseFall(rise: 3, fall: 2);

        Assert.Equal(changes, verdict.Record(first));
        Assert.Equal(first, verdict.Class);
        Assert.True(verdict.HasAnswer);
        Assert.Equal(1, verdict.Consecutive);
    }

    [Theory]
    // Each letter is an answer (R ready, N notReady, D down), below it the verdict after it; rise 3, fall 2.
    [InlineData("RN", "RR")]
    [InlineData("RNN", "RRN")]
    [InlineData("RNRNRN", "RRRRRR")]
    [InlineData("RD", "RD")]
    [InlineData("RND", "RRD")]
    [InlineData("NNND", "NNND")]
    [InlineData("NRR", "NNN")]
    [InlineData("NRRR", "NNNR")]
    [InlineData("NRRNRRR", "NNNNNNR")]
    [InlineData("DRR", "DDD")]
    [InlineData("DRRR", "DDDR")]
    [InlineData("DRRDRRR", "DDDDDDR")]
    [InlineData("DNN", "DDD")]
    [InlineData("DNNN", "DDDN")]
    [InlineData("DNDNDN", "DDDDDD")]
    [InlineData("DNRR", "DDDN")]
    [InlineData("DNRRR", "DDDNR")]
    [InlineData("DRNR", "DDDN")]
    [InlineData("RNDRRRNN", "RRDDDRRN")]
    [InlineData("RDNNNRRR", "RDDDNNNR")]
    public void The_verdict_follows_the_answers(string answers, string verdicts)
    {
        var verdict = new RiseFall(rise: 3, fall: 2);

        string seen = string.Concat(answers.Select(answer =>
        {
            HealthClass before = verdict.Class;
            bool changed = verdict.Record(Parse(answer));
            Assert.Equal(before != verdict.Class, changed);
            return Letter(verdict.Class);
        }));

        Assert.Equal(verdicts, seen);
    }

    [Fact]
    public void With_rise_and_fall_of_one_every_answer_is_the_verdict()
    {
        var verdict = new RiseFall(rise: 1, fall: 1);

        foreach (char answer in "RNDRDNRNNDDRR")
        {
            verdict.Record(Parse(answer));
            Assert.Equal(Parse(answer), verdict.Class);
        }
    }

    [Fact]
    public void Consecutive_counts_answers_of_one_class()
    {
        var verdict = new RiseFall(rise: 3, fall: 2);

        int[] counts = [.. "DDRRRNDD".Select(answer =>
        {
            verdict.Record(Parse(answer));
            return verdict.Consecutive;
        })];

        Assert.Equal([1, 2, 1, 2, 3, 1, 1, 2], counts);
    }

    private static HealthClass Parse(char letter) => letter switch
    {
        'R' => HealthClass.Ready,
        'N' => HealthClass.NotReady,
        'D' => HealthClass.Down,
        _ => throw new ArgumentOutOfRangeException(nameof(letter)),
    };

    private static char Letter(HealthClass value) => char.ToUpperInvariant(value.Name()[0]);
}
