using System.Text;
using Vipd.Daemon.Processes;

namespace Vipd.Daemon.Tests.Processes;

public sealed class OutputLinesTests
{
    [Fact]
    public void Lines_come_out_whole_however_the_bytes_were_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("grün\n\nwhat is\tleft");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var lines = new OutputLines();
            lines.Add(bytes.AsSpan(0, cut));
            lines.Add(bytes.AsSpan(cut));
            Assert.Equal(["grün", "what is left"], lines.Finish());
        }
    }

    [Fact]
    public void Nothing_moves_the_cursor_of_whoever_reads_the_log() =>
        Assert.Equal(["?[31mred?[0m"], Lines("\u001b[31mred\u001b[0m\n"));

    [Fact]
    public void A_long_line_and_many_lines_have_an_end()
    {
        string many = string.Concat(Enumerable.Repeat("b\n", 50));
        IReadOnlyList<string> lines = Lines(new string('a', 100_000) + "\n" + many);

        Assert.Equal(OutputLines.MaximumLineLength, lines[0].Length);
        Assert.Equal(OutputLines.MaximumLines + 1, lines.Count);
        Assert.Equal("and 31 more lines", lines[^1]);
    }

    [Fact]
    public void Any_bytes_give_printable_lines_within_the_bounds()
    {
        var random = new Random(20261126);
        byte[] bytes = new byte[5000];
        for (int round = 0; round < 200; round++)
        {
            random.NextBytes(bytes);
            var lines = new OutputLines();
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(random.Next(1, 300), bytes.Length - at);
                lines.Add(bytes.AsSpan(at, length));
                at += length;
            }

            IReadOnlyList<string> found = lines.Finish();
            Assert.True(found.Count <= OutputLines.MaximumLines + 1);
            Assert.All(found, line => Assert.True(line.Length <= OutputLines.MaximumLineLength));
            Assert.DoesNotContain(found, line => line.Any(char.IsControl));
        }
    }

    private static IReadOnlyList<string> Lines(string text)
    {
        var lines = new OutputLines();
        lines.Add(Encoding.UTF8.GetBytes(text));
        return lines.Finish();
    }
}
