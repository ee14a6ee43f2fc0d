"""``health explain``: every point of a score, down to the order, contact or figure behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ci_cli.analysis.health.evidence import Traced, shortened
from ci_cli.analysis.health.score import Health
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE, Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.health.health_run import points
from ci_cli.reports.health.health_show import part_table, spike_notes
from ci_cli.text import msg


def build(
    one: Health, traced: Sequence[Traced], *, as_of: date, currency: str, most: int | None,
) -> Report:  # fmt: skip
    """Lay out the records behind one score.

    Args:
        one: the customer, judged.
        traced: the records with their points.
        as_of: the day that it speaks for.
        currency: of the orders.
        most: records of each part at most; the rest is one row. None: all.
    """
    code = customer_code(one.row.customer_id)
    return Report(
        "health-explain",
        msg(
            "Why {code} {name} has {points} points, {as_of}",
            code=code,
            name=one.row.name,
            points=points(one.score),
            as_of=as_of_text(as_of),
        ),
        [_records(one, traced, as_of, most), part_table(one)],
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "customer": code,
            "profile": one.profile.key,
            "points": points(one.score),
        },
        [
            Note(
                msg(
                    "The points of the records sum to those of their part, and these to the "
                    "score. Amounts of orders are in {currency}.",
                    currency=currency,
                )
            ),
            *spike_notes(one),
        ],
    )


def _records(one: Health, traced: Sequence[Traced], as_of: date, most: int | None) -> Table:
    columns = (
        Column("part", msg("part"), "state"),
        Column("record", msg("record"), "state"),
        Column("key", msg("number"), "id"),
        Column("day", msg("day"), "date"),
        Column("age", msg("age"), "days"),
        Column("what", msg("what"), "text"),
        Column("amount", msg("amount"), "number"),
        Column("points", msg("points"), "number"),
        Column("records", msg("records"), "int"),
        Column("file", msg("file")),
        Column("line", msg("line"), "int"),
    )
    shown = [(each, 1) for each in traced] if most is None else shortened(traced, most)
    rows: list[tuple[Any, ...]] = []
    for each, count in shown:
        found = each.evidence
        scale = MONEY_SCALE if found.kind == "order" else QUANTITY_SCALE
        rows.append(
            (
                each.part, found.kind, found.key or None, found.day,
                (as_of - date.fromisoformat(found.day)).days, found.what,
                None if found.amount is None else found.amount / scale,
                each.points / 100, count, found.file, found.line,
            )
        )  # fmt: skip
    total = (None,) * 7 + (points(one.score), sum(row[8] for row in rows), None, None)
    return Table("records", columns, rows, msg("Records"), total)
