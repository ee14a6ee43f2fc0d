"""Figures of what an action is about, by the rule that raised the alarm or called the customer.

They are taken when an action is added, when it is closed, and for every report on it, always in the
same way, so that before and after can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ci_cli.cli import analysis_input as inputs
from ci_cli.shapes.actions import ActionRow, Figure
from ci_cli.store.engine import Connection

MONTHS = 12  # of revenue


class Figures:
    """Takes figures as of one day; what several actions share is worked out once."""

    def __init__(self, conn: Connection, as_of: date | None) -> None:
        self._conn = conn
        self._as_of = as_of
        self._categories: dict[tuple[str, date], dict[tuple[str, str], Figure]] = {}
        self._customers: dict[str, dict[int, Figure]] = {}

    def of_alarm(self, kind: str, group: str, currency: str, month: str) -> Figure | None:
        """Return the figure of a category or of the company; None in a store without orders.

        Args:
            kind: category or total.
            group: the category.
            currency: of the alarm.
            month: in which it was raised; no figure speaks for an earlier one, where the orders
                reach that far.
        """
        from ci_cli.analysis.periods import last_day

        if self._as_of is None:
            return None
        as_of = max(self._as_of, last_day(month))
        if (currency, as_of) not in self._categories:
            self._categories[currency, as_of] = dict(_categories(self._conn, as_of, currency))
        nothing = Figure(as_of.isoformat(), None, None, None, None)
        return self._categories[currency, as_of].get((kind, group), nothing)

    def of_customer(self, customer_id: int, currency: str) -> Figure | None:
        """Return the figure of a customer in one currency; None in a store without orders."""
        if self._as_of is None:
            return None
        if currency not in self._customers:
            self._customers[currency] = dict(_customers(self._conn, self._as_of, currency))
        nothing = Figure(self._as_of.isoformat(), None, None, None, 0)
        return self._customers[currency].get(customer_id, nothing)

    def of_action(self, row: ActionRow) -> Figure | None:
        """Return the figure of what an action is about; None where that is nothing in the store."""
        if row.figure_currency is None:
            return None
        if row.alarm_kind is not None and row.alarm_month is not None:
            return self.of_alarm(
                row.alarm_kind, row.alarm_group or "", row.figure_currency, row.alarm_month
            )
        if row.customer_id is not None:
            return self.of_customer(row.customer_id, row.figure_currency)
        return None


def _categories(
    conn: Connection, as_of: date, currency: str
) -> Iterable[tuple[tuple[str, str], Figure]]:
    from ci_cli.analysis.periods import last_day
    from ci_cli.cli.selling.procat_judging import judged
    from ci_cli.store import facts

    found = judged(conn, as_of, currency)
    months = found.reach.months[-MONTHS:]
    if not months:
        return
    day = last_day(months[-1]).isoformat()
    cells, totals = facts.month_cells(
        conn, by="category", as_of=as_of.isoformat(), first=months[0], last=months[-1],
        currency=currency,
    )  # fmt: skip
    net: dict[tuple[str, str], int] = {}
    for kind, some in (("category", cells), ("total", totals)):
        for cell in some:
            key = (kind, cell.group if kind == "category" else "")
            net[key] = net.get(key, 0) + cell.net
    for subject, verdict in found.subjects().items():
        key = (subject.kind, subject.group)
        yield key, Figure(
            day, verdict.state, verdict.score, verdict.monthly_rate, net.get(key, 0)
        )  # fmt: skip


def _customers(conn: Connection, as_of: date, currency: str) -> Iterable[tuple[int, Figure]]:
    from ci_cli.analysis.periods import window
    from ci_cli.analysis.scoring import base_rhythm
    from ci_cli.store import facts

    span = window(f"{MONTHS}m", as_of)
    rows = facts.customer_purchases(
        conn, as_of=as_of.isoformat(), start=inputs.day_before(span.first), currency=currency
    )
    base = base_rhythm(rows, as_of)
    for row in rows:
        rhythm = base.rhythm_of(row)
        yield (
            row.customer_id,
            Figure(
                as_of.isoformat(),
                None if rhythm is None else rhythm.state,
                None if rhythm is None or rhythm.times is None else round(rhythm.times, 4),
                None,
                row.net,
            ),
        )
