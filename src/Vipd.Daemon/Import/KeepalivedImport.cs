using Vipd.Daemon.Machine;

namespace Vipd.Daemon.Import;

/// <summary>What `vipd import` prints.</summary>
/// <param name="Text">vipd.yaml; null when the file holds no vrrp_instance.</param>
/// <param name="Notes">In the order of the files.</param>
internal sealed record ImportResult(string? Text, IReadOnlyList<ImportNote> Notes);

/// <summary>keepalived.conf → vipd.yaml: files → lines → statements → vipd's terms → text.</summary>
internal static class KeepalivedImport
{
    /// <param name="path">As it is to be named in notes.</param>
    /// <param name="text">Its content.</param>
    /// <param name="configId">What `@id` conditions are compared with: keepalived's -i, else the host's name.</param>
    /// <param name="files">Where included files and scripts are read.</param>
    /// <exception cref="ImportException">The text can't be read to its end.</exception>
    public static ImportResult Run(string path, string text, string configId, MachineFiles files)
    {
        List<ImportNote> notes = [];
        IReadOnlyList<SourceLine> lines = new SourceReader(files, notes).Read(path, text);
        lines = new Definitions(configId, notes).Expand(lines);
        IReadOnlyList<Statement> statements = new StatementParser(lines, notes).Parse();
        ImportedConfiguration imported = new Translation(files, notes).Translate(statements);
        ImportNote[] told =
        [
            .. notes.Distinct().OrderBy(note => note.At.File != path)
                .ThenBy(note => note.At.File, StringComparer.Ordinal).ThenBy(note => note.At.Line),
        ];
        return new ImportResult(imported.Routers.Count == 0 ? null : ImportWriter.Write(path, imported), told);
    }
}
