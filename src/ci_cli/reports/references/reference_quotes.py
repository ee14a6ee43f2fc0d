"""``ref quote list`` and ``ref quote find``: the words of customers, with their permission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ci_cli.analysis.references.quotes import state
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.references import QuoteRow
from ci_cli.text import msg


def build(rows: Sequence[QuoteRow], *, total: int, public: bool, day: str) -> Report:
    """Lay out quotes in the order given.

    Args:
        rows: those to show; with ``public`` they have passed ``analysis.references.quotes``.
        total: how many there are.
        public: leave away what is ours alone: who approved, who typed, how often it was used.
        day: the day that counts as today.
    """
    outside = (
        Column("quote", msg("quote"), "id"), Column("text", msg("text")),
        Column("person", msg("person")), Column("name", msg("name")),
        Column("industry", msg("industry")), Column("product", msg("product")),
    )  # fmt: skip
    inside = (
        Column("customer", msg("customer"), "id"), Column("state", msg("state"), "state"),
        Column("day", msg("day"), "date"), Column("approved", msg("approved"), "date"),
        Column("approved_by", msg("approved by")), Column("until", msg("until"), "date"),
        Column("uses", msg("uses"), "int"), Column("last_use", msg("last use"), "date"),
        Column("author", msg("by")),
    )  # fmt: skip
    table: list[tuple[Any, ...]] = []
    for one in rows:
        told = (f"Q{one.id}", one.text, one.person, one.customer, one.industry, one.product)
        if public:
            table.append(told)
            continue
        table.append((
            *told, customer_code(one.customer_id), state(one, day), one.day, one.approved,
            one.approved_by, one.until, one.uses, one.last_use, one.author,
        ))  # fmt: skip
    if public:
        note = msg(
            "Quotes that may leave the house on {day}: {n}. Everything else is left out: drafts,"
            " internal, expired and withdrawn ones.",
            day=day, n=len(rows),
        )  # fmt: skip
    else:
        note = msg("Quotes: {n} of {total}. For our eyes only: --public shows what may leave the"
                   " house.", n=len(rows), total=total)  # fmt: skip
    columns = outside if public else (*outside, *inside)
    meta = {"today": day, "public": public}
    return Report("ref-quotes", msg("Quotes"), [Table("quotes", columns, table)], meta,
                  [Note(note)])  # fmt: skip
