"""What a scan for duplicates found, which fields it went by, and what to do next."""

from __future__ import annotations

from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.dedupe.dedupe_words import WHY_FULL
from ci_cli.shapes.trade import ScanSummary
from ci_cli.text import msg

_SHARED_SHOWN = 5


def build(found: ScanSummary, *, dry_run: bool = False) -> Report:
    """Lay out the summary of a scan.

    Args:
        found: of ``dedupe.scan``.
        dry_run: nothing was kept.
    """
    columns = (
        Column("records", msg("records"), "int"),
        Column("new", msg("new or changed"), "int"),
        Column("pairs", msg("pairs looked at"), "int"),
        Column("compared", msg("of these compared now"), "int"),
        Column("certain", msg("certain pairs"), "int"),
        Column("review", msg("pairs to review"), "int"),
        Column("clusters", msg("clusters"), "int"),
        Column("clustered", msg("records in them"), "int"),
        Column("customers", msg("customers in them"), "int"),
    )
    row = (
        found.records, found.fresh, found.pairs, found.compared, found.certain, found.review,
        found.clusters, found.clustered, found.customers,
    )  # fmt: skip
    tables = [Table("scan", columns, [row], is_card=True), _fields(found)]
    if found.rules:
        tables.append(_rules(found))
    meta = {
        "mode": found.mode, "why": found.why, "certain_at": found.certain_at,
        "precision": found.precision, "learnt": found.learnt, "decisions": found.decisions,
        "distinct": found.distinct, "everything": found.everything, "merged": found.merged,
    }  # fmt: skip
    return Report("dedupe-scan", msg("Scan for duplicates"), tables, meta, _notes(found, dry_run))


def _fields(found: ScanSummary) -> Table:
    columns = (
        Column("column", msg("column")),
        Column("type", msg("compared as"), "state"),
        Column("why", msg("why"), "state"),
        Column("filled", msg("fill rate"), "percent"),
    )
    used = [use for use in found.fields if use.type != "ignore"]
    left_out = [use for use in found.fields if use.type == "ignore" and use.reason != "empty"]
    rows = [(use.column, use.type, use.reason, use.filled) for use in (*used, *left_out)]
    return Table("fields", columns, rows, title=msg("Columns and what they were taken for"))


def _rules(found: ScanSummary) -> Table:
    columns = (
        Column("rule", msg("rule")),
        Column("pairs", msg("pairs"), "int"),
        Column("cut", msg("large groups"), "state"),
    )
    rows = [(use.rule, use.pairs, "left-out" if use.cut else "kept") for use in found.rules]
    return Table("blocking", columns, rows, title=msg("What records had to share to be compared"))


def _notes(found: ScanSummary, dry_run: bool) -> list[Note]:
    notes = []
    if found.mode == "incremental":
        notes.append(
            Note(
                msg("Weights are those of the last full scan; only pairs with a new or changed"
                    " record were compared. --full learns and compares everything anew.")
            )
        )  # fmt: skip
    else:
        notes.append(Note(msg("Full scan: {why}.", why=WHY_FULL[found.why])))
    if not found.learnt:
        notes.append(
            Note(msg("The list is too short, or too even, to learn from: the weights are typical"
                     " ones."))
        )  # fmt: skip
    notes += [
        Note(msg("{field}: {value} stands beside different names ({n}) and counts as missing.",
                 field=field, value=value, n=names))
        for field, value, names in found.shared[:_SHARED_SHOWN]
    ]  # fmt: skip
    if found.certain_at > 1:
        notes.append(
            Note(msg("No pair is called certain: answers so far say that too many would be wrong."))
        )
    elif found.certain and not found.merged:
        notes.append(
            Note(
                msg("Certain pairs are estimated to be {share} true; --auto merges them.",
                    share=Percent(found.precision))
            )
        )  # fmt: skip
    if found.merged:
        notes.append(
            Note(
                msg("Customers merged into others: {n}. To take all of it back: ci-cli dedupe split"
                    " --run {run}", n=found.merged, run=found.run)
            )
        )  # fmt: skip
    if dry_run:
        notes.append(Note(msg("Dry run: nothing was kept.")))
    return notes
