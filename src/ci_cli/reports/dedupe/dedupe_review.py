"""A pair for a person to decide: side by side on a screen, or a row of a sheet to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.dedupe.dedupe_words import new_since
from ci_cli.shapes.reviews import Applied, RecordName, SheetPair
from ci_cli.shapes.trade import FieldSaid, PairSaid
from ci_cli.text import msg

# Headings that `dedupe apply` looks for; the keys stand in csv, the labels in workbooks.
PAIR, DECISION = Column("pair", msg("pair code"), "id"), Column("decision", msg("decision"))
SAME = frozenset({"exact", "reordered", "swapped"})
_LONGEST_BAR = 12  # signs; one for each bit
_SHOWN_RECORDS = 6
_LEAST_SAID = 0.05  # bits; less is nothing


def card(
    said: PairSaid, one: Sequence[RecordName], other: Sequence[RecordName], place: int, total: int
) -> Report:
    """Lay out two customers side by side, what is the same, alike or different marked.

    Args:
        said: what each field of the two records compared says.
        one: records of the one customer, the one compared first.
        other: records of the other.
        place: the how many-th question it is.
        total: how many there are, as far as known.
    """
    columns = (
        Column("mark", ""),
        Column("field", msg("field")),
        Column("one", _head(said.customer_a, one[0])),
        Column("other", _head(said.customer_b, other[0])),
        Column("bar", msg("bits for or against"), "id"),
    )
    told = [one for one in said.fields if one.level != "missing" or not _is_part(one.field)]
    told = [one for one in told if one.one or one.other]
    rows = [
        (_mark(field), field.field, *_values(field), _bar(field))
        for field in sorted(told, key=lambda one: one.field != "name")
    ]
    notes = [Note(msg("{weights} → {chance}", weights=weights_text(said.fields),
                      chance=f"{said.probability:.2f}"))]  # fmt: skip
    notes += [
        Note(
            msg("{customer} has several records ({n}), and all of them would go along: {records}",
                customer=customer_code(number), n=len(records), records=_names(records)),
            "warning",
        )
        for number, records in ((said.customer_a, one), (said.customer_b, other))
        if len(records) > 1
    ]  # fmt: skip
    title = msg("Pair {n} of {total}: are they one customer?", n=place, total=total)
    return Report("dedupe-review", title, [Table("fields", columns, rows)], {}, notes)


def sheet(pairs: Sequence[SheetPair], scan: int, new: int) -> Report:
    """Lay out open pairs with a column to fill in.

    Args:
        pairs: the pairs, in the order to be decided.
        scan: number of the scan that found them.
        new: records that are new or changed since.
    """
    fields = [name for name in _fields(pairs) if name != "name" and not _is_part(name)]
    columns = [
        PAIR,
        DECISION,
        Column("probability", msg("probability"), "number"),
        Column("name_a", msg("name")),
        Column("name_b", msg("other name")),
        Column("why", msg("bits for and against")),
        Column("customer_a", msg("customer"), "id"),
        Column("records_a", msg("records"), "int"),
        Column("customer_b", msg("other customer"), "id"),
        Column("records_b", msg("records of the other"), "int"),
    ]
    for name in fields:
        columns += [
            Column(f"{name}_a", name),
            Column(f"{name}_b", msg("{field}, other", field=name)),
        ]
    rows = []
    for pair in pairs:
        said = {field.field: field for field in pair.said.fields}
        row: list[Any] = [
            pair.code, pair.decision, round(pair.said.probability, 4), pair.said.name_a,
            pair.said.name_b, weights_text(pair.said.fields),
            customer_code(pair.said.customer_a), pair.records_a,
            customer_code(pair.said.customer_b), pair.records_b,
        ]  # fmt: skip
        for name in fields:
            row += [said[name].one or None, said[name].other or None]
        rows.append(tuple(row))
    notes = [
        Note(msg("Fill in the column decision: merge, apart or later (also 合并, 分开, 稍后); leave"
                 " the column pair as it is. Then: ci-cli dedupe apply FILE")),
        *new_since(new),
    ]  # fmt: skip
    return Report(
        "dedupe-review",
        msg("Pairs to decide"),
        [Table("pairs", tuple(columns), rows)],
        {"scan": scan, "pairs": len(rows)},
        notes,
    )


def applied(done: Applied, reasons: Sequence[str], *, dry_run: bool) -> Report:
    """Lay out what became of the rows of a filled-in sheet.

    Args:
        done: the outcome.
        reasons: of its problems, in the person's language.
        dry_run: nothing was kept.
    """
    columns = (
        Column("rows", msg("rows"), "int"),
        Column("merge", msg("merged"), "int"),
        Column("apart", msg("kept apart"), "int"),
        Column("later", msg("put off"), "int"),
        Column("unchanged", msg("unchanged"), "int"),
        Column("blank", msg("left blank"), "int"),
        Column("conflict", msg("conflicts"), "int"),
        Column("rejected", msg("rejected"), "int"),
    )
    tables = [Table("sheet", columns, [tuple(done[:8])], is_card=True)]
    if done.problems:
        tables.append(
            Table(
                "problems",
                (
                    Column("line", msg("line"), "int"),
                    Column("pair", msg("pair code"), "id"),
                    Column("decision", msg("decision")),
                    Column("what", msg("what"), "state"),
                    Column("why", msg("why")),
                ),
                [
                    (one.line, one.pair or None, one.decision or None, one.what, reason)
                    for one, reason in zip(done.problems, reasons, strict=True)
                ],
                title=msg("Rows that were not carried out"),
            )
        )
    notes = []
    if done.run is not None and not dry_run:
        notes.append(
            Note(
                msg("Customers merged into others: {n}. To take all of it back: ci-cli dedupe split"
                    " --run {run}", n=done.merged, run=done.run)
            )
        )  # fmt: skip
    if done.merge + done.apart and not dry_run:
        notes.append(Note(msg("The next scan learns from the answers.")))
    if dry_run:
        notes.append(Note(msg("Dry run: nothing was kept.")))
    meta = {"merged": done.merged, "run": done.run}
    return Report("dedupe-apply", msg("Decisions of the sheet"), tables, meta, notes)


def weights_text(fields: Sequence[FieldSaid]) -> str:
    """Return what speaks for and against, the strongest first: ``phone +9.1, city -2.1``."""
    return ", ".join(
        f"{field.field} {field.weight:+.1f}"
        for field in fields
        if field.level != "missing" and abs(field.weight) >= _LEAST_SAID
    )


def _fields(pairs: Sequence[SheetPair]) -> list[str]:
    """Return the fields that any of the pairs has a value in, in the order of the first pair."""
    filled: dict[str, bool] = {}
    for pair in pairs:
        for field in pair.said.fields:
            filled[field.field] = bool(filled.get(field.field) or field.one or field.other)
    return [name for name, is_filled in filled.items() if is_filled]


def _is_part(name: str) -> bool:
    """Tell whether a field is a part of another one, such as the legal form of a name."""
    return ": " in name


def _values(field: FieldSaid) -> tuple[str | None, str | None]:
    return (None, None) if _is_part(field.field) else (field.one or None, field.other or None)


def _head(customer: int, record: RecordName) -> str:
    return f"{customer_code(customer)} ({record.source}: {record.key})"


def _names(records: Sequence[RecordName]) -> str:
    shown = "; ".join(f"{one.name} ({one.source}: {one.key})" for one in records[:_SHOWN_RECORDS])
    return shown + ("; …" if len(records) > _SHOWN_RECORDS else "")


def _mark(field: FieldSaid) -> str:
    if field.level == "missing":
        return ""
    if field.level in SAME:
        return "="
    return "x" if field.weight < 0 else "~"


def _bar(field: FieldSaid) -> str | None:
    if field.level == "missing":
        return None
    length = min(round(abs(field.weight)), _LONGEST_BAR)
    return f"{field.weight:+5.1f}  {('+' if field.weight > 0 else '-') * length}".rstrip()
