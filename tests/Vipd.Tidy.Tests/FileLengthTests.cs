namespace Vipd.Tidy.Tests;

/// <summary>A file fits in the head: at most 400 lines, in tests 600.</summary>
public sealed class FileLengthTests
{
    private const int LimitOfSources = 400;
    private const int LimitOfTests = 600;

    [Fact]
    public void No_file_is_too_long() => Finding.AssertNone(Repository.Sources().SelectMany(Check));

    [Theory]
    [InlineData("src/A.cs", 400, 0)]
    [InlineData("src/A.cs", 401, 1)]
    [InlineData("tests/A.cs", 600, 0)]
    [InlineData("tests/A.cs", 601, 1)]
    public void One_line_more_is_found(string path, int lines, int findings) =>
        Assert.Equal(findings, Check(new SourceFile(path, new string('\n', lines - 1) + "//")).Count());

    private static IEnumerable<Finding> Check(SourceFile file)
    {
        int limit = file.IsIn("tests") ? LimitOfTests : LimitOfSources;
        if (file.Lines.Length > limit)
            yield return new Finding(file.Path, limit + 1, $"{file.Lines.Length} lines, at most {limit}");
    }
}
