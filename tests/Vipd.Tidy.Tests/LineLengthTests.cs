using System.Globalization;

namespace Vipd.Tidy.Tests;

/// <summary>Lines have at most 120 columns.</summary>
public sealed class LineLengthTests
{
    private const int Limit = 120;

    [Fact]
    public void No_line_is_too_long() => Finding.AssertNone(Repository.Sources().SelectMany(Check));

    [Fact]
    public void One_column_more_is_found_on_its_line()
    {
        var file = new SourceFile("src/A.cs", new string('a', 120) + "\n" + new string('§', 121));

        Assert.Equal("src/A.cs:2: 121 columns, at most 120", Assert.Single(Check(file)).ToString());
    }

    private static IEnumerable<Finding> Check(SourceFile file) =>
        from line in file.Lines.Select((text, index) => (Number: index + 1, Text: text))
        let columns = new StringInfo(line.Text).LengthInTextElements
        where columns > Limit
        select new Finding(file.Path, line.Number, $"{columns} columns, at most {Limit}");
}
