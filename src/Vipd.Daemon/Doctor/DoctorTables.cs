using Vipd.Daemon.Control;

namespace Vipd.Daemon.Doctor;

/// <summary>Findings as tables: all of them, then what to do about those that are not ok.</summary>
internal static class DoctorTables
{
    public static IReadOnlyList<StatusTable> From(DoctorReport report)
    {
        Finding[] wrong =
        [
            .. report.Findings.Where(finding => finding.Status is FindingStatus.Failed or FindingStatus.Warning)
                .OrderBy(finding => finding.Status == FindingStatus.Failed ? 0 : 1),
        ];
        List<StatusTable> tables =
        [
            new(
                ["AREA", "CHECK", "RESULT", "FOUND"],
                [
                    .. report.Findings.Select(finding => (IReadOnlyList<Cell>)
                        [finding.Area, finding.Check, Result(finding.Status), finding.Found]),
                ]),
        ];
        if (wrong.Length > 0)
        {
            tables.Add(new StatusTable(
                ["TO DO", "", ""],
                [
                    .. wrong.SelectMany(finding => (IReadOnlyList<Cell>[])
                    [
                        [finding.Check, "why", finding.Why],
                        ["", "type", finding.Fix],
                    ]),
                ]));
        }

        return tables;
    }

    public static string Summary(DoctorReport report) =>
        $"{report.Ok} ok, {report.Warnings} {(report.Warnings == 1 ? "warning" : "warnings")}, {report.Failed} failed, "
            + $"{report.Skipped} skipped";

    private static Cell Result(FindingStatus status) => status switch
    {
        FindingStatus.Ok => new Cell("ok", CellTone.Good),
        FindingStatus.Warning => new Cell("warning", CellTone.Warning),
        FindingStatus.Failed => new Cell("FAILED", CellTone.Bad),
        _ => new Cell("skipped", CellTone.Dim),
    };
}
