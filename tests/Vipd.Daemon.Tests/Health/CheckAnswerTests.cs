using Vipd.Daemon.Health;

namespace Vipd.Daemon.Tests.Health;

public sealed class CheckAnswerTests
{
    [Fact]
    public void Lines_hold_nothing_that_moves_a_terminal_or_forges_a_log_line()
    {
        CheckAnswer answer =
            CheckAnswer.Down("for a\u001b[2J\nvipd: ready", "right-to-left \u202eoverride", "né à Zürich");

        Assert.Equal(["for a?[2J?vipd: ready", "right-to-left ?override", "né à Zürich"], answer.Reasons);
    }

    [Fact]
    public void Remarks_follow_the_reasons_and_keep_the_class()
    {
        CheckAnswer answer = CheckAnswer.NotReady("HTTP 500").With("the certificate is not verified");

        Assert.Equal(HealthClass.NotReady, answer.Class);
        Assert.Equal(["HTTP 500", "the certificate is not verified"], answer.Reasons);
    }
}
