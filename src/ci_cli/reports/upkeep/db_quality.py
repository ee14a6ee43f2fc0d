"""``db quality``: how full, valid, fresh and unique the descriptions of customers are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.analysis.quality import EXPECTED, FieldQuality, RecordQuality
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.text import msg


class Quality(NamedTuple):
    """All that is shown.

    ``score`` is the mean of all records, 0 to 100; ``pairs`` are duplicates that wait for a person,
    None: nobody has looked for any.
    """

    fields: list[FieldQuality]
    people: list[FieldQuality]
    records: int
    score: float | None
    worst: list[RecordQuality]
    expected: list[str]
    since: str
    pairs: int | None


def build(found: Quality) -> Report:
    """Lay out the fields of records and of contacts, and the records that need most care."""
    columns = (
        Column("about", msg("about"), "state"),
        Column("field", msg("field"), "state"),
        Column("score", msg("score"), "number"),
        Column("filled", msg("filled"), "int"),
        Column("fill_rate", msg("fill rate"), "percent"),
        Column("checked", msg("checked"), "int"),
        Column("wrong", msg("invalid"), "int"),
        Column("shared", msg("several have it"), "int"),
        Column("fresh", msg("fresh"), "percent"),
        Column("examples", msg("for example")),
    )
    rows = [_row("customer", one) for one in found.fields]
    rows += [_row("contact", one) for one in found.people]
    tables = [Table("fields", columns, rows), _worst(found.worst)]
    return Report(
        "db-quality", msg("Quality of what is stored"), tables,
        {"records": found.records, "since": found.since, "expected": found.expected},
        _notes(found),
    )  # fmt: skip


def _row(about: str, one: FieldQuality) -> tuple[object, ...]:
    return (
        about, one.field, one.score, one.filled, share(one.filled, one.rows), one.checked,
        one.wrong, one.shared, share(one.fresh, one.filled), "; ".join(one.examples) or None,
    )  # fmt: skip


def _worst(worst: Sequence[RecordQuality]) -> Table:
    columns = (
        Column("record", msg("record"), "int"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("source", msg("source"), "state"),
        Column("score", msg("score"), "number"),
        Column("wrong", msg("invalid")),
        Column("missing", msg("missing")),
        Column("shared", msg("several have it")),
        Column("changed", msg("last changed"), "date"),
    )
    rows = [
        (
            one.row.number, customer_code(one.row.customer_id), one.row.label, one.row.source,
            one.score, ", ".join(one.wrong) or None, ", ".join(one.missing) or None,
            ", ".join(one.shared) or None, one.row.changed[:10],
        )
        for one in worst
    ]  # fmt: skip
    return Table("records", columns, rows, msg("Records that need most care"))


def _notes(found: Quality) -> list[Note]:
    notes = [
        Note(msg("Records: {n}, mean score {score}. A record scores the share of these fields that"
                 " it has filled and not known to be invalid: {fields}. They are those that at"
                 " least {share} % of the records have.", n=found.records,
                 score="-" if found.score is None else f"{found.score:.1f}",
                 fields=", ".join(found.expected) or "-", share=round(100 * EXPECTED))),
        Note(msg("Checked: tax numbers and credit codes by their check digit, telephone numbers by"
                 " the plan of their country, e-mail addresses by their form, names for letters."
                 " What cannot be checked counts as valid.")),
        Note(msg("Fresh: filled, and brought or changed since {day}. Several have it: a record of"
                 " another customer has the same value.", day=found.since)),
    ]  # fmt: skip
    if found.pairs is None:
        notes.append(Note(msg("Nobody has looked for duplicates yet: `ci-cli dedupe scan`.")))
    else:
        notes.append(
            Note(msg("Likely duplicates that wait for a person: {n} (`ci-cli dedupe review`).",
                     n=found.pairs))
        )  # fmt: skip
    return notes
