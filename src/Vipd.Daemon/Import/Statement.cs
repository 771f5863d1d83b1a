namespace Vipd.Daemon.Import;

/// <summary>A keyword with what follows it on its line, and the block behind it.</summary>
/// <param name="Words">From the keyword on; at least one.</param>
/// <param name="Block">Null where there are no braces.</param>
internal sealed record Statement(SourcePlace At, IReadOnlyList<Word> Words, IReadOnlyList<Statement>? Block)
{
    public string Keyword => Words[0].Text;

    /// <summary>The word behind the keyword; "" where there is none.</summary>
    public string Argument => Words.Count > 1 ? Words[1].Text : "";

    public IEnumerable<string> Arguments => Words.Skip(1).Select(word => word.Text);

    public IReadOnlyList<Statement> Children => Block ?? [];
}

/// <summary>Lines → statements. It reads any text to its end: what does not fit is a note.</summary>
internal sealed class StatementParser(IReadOnlyList<SourceLine> lines, List<ImportNote> notes)
{
    /// <summary>keepalived's own blocks are at most five deep.</summary>
    private const int DeepestBlock = 16;

    // Lines that a definition or a repetition made share their place, so each has a number of its own.
    private readonly Queue<(int Line, SourcePlace At, Word Word)> _words = new(
        lines.SelectMany((line, number) => Import.Words.Split(line.Text).Select(word => (number, line.At, word))));

    /// <exception cref="ImportException">Blocks without end.</exception>
    public IReadOnlyList<Statement> Parse() => Block(depth: 0, default);

    private List<Statement> Block(int depth, SourcePlace opened)
    {
        if (depth > DeepestBlock)
            throw new ImportException(opened, $"blocks are nested more than {DeepestBlock} deep");
        var statements = new List<Statement>();
        while (_words.TryDequeue(out (int Line, SourcePlace At, Word Word) next))
        {
            if (next.Word.Closes && depth > 0)
                return statements;
            if (next.Word.Closes)
                notes.Add(next.At, "}", "closes no block; left out: see whether a { is missing above");
            else if (next.Word.Opens)
                Attach(statements, next.At, Block(depth + 1, next.At));
            else
                statements.Add(Read(next.Line, next.At, next.Word, depth));
        }

        if (depth > 0)
            notes.Add(opened, "{", "this block is not closed before the end of the text; see where its } is missing");
        return statements;
    }

    private Statement Read(int line, SourcePlace at, Word keyword, int depth)
    {
        List<Word> words = [keyword];
        while (_words.TryPeek(out (int Line, SourcePlace At, Word Word) next) && next.Line == line)
        {
            if (next.Word.Closes)
                break;
            _words.Dequeue();
            if (next.Word.Opens)
                return new Statement(at, words, Block(depth + 1, at));
            words.Add(next.Word);
        }

        return new Statement(at, words, null);
    }

    // A brace on a line of its own belongs to the statement before it.
    private void Attach(List<Statement> statements, SourcePlace at, List<Statement> block)
    {
        if (statements is [.., { Block: null } last])
            statements[^1] = last with { Block = block };
        else
            notes.Add(at, "{", "no keyword stands before this block; left out: give it its keyword, or remove it");
    }
}
