"""From the store to verdicts: what ``procat check``, ``explain`` and ``backtest`` share.

All three must say the same of a month, so the months, the limits and the exceptions (another
currency, another name) are put together here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from ci_cli.analysis.decline.changes import Subject
from ci_cli.store.engine import Connection

if TYPE_CHECKING:
    from ci_cli.analysis.decline.reach import Reach
    from ci_cli.analysis.decline.renamed import Windows
    from ci_cli.analysis.decline.result import Thresholds, Verdict
    from ci_cli.shapes.categories import ChosenLimits, CustomerMonth, Elsewhere
    from ci_cli.shapes.trade import MonthCell

By = Literal["category", "total"]


@dataclass(frozen=True)
class Judged:
    """What was found in one currency."""

    currency: str
    reach: Reach
    verdicts: list[Verdict]
    total: Verdict | None
    chosen: ChosenLimits | None

    def subjects(self) -> dict[Subject, Verdict]:
        """Return every verdict by what it speaks of."""
        found = {Subject("category", one.group, self.currency): one for one in self.verdicts}
        if self.total is not None:
            found[Subject("total", "", self.currency)] = self.total
        return found


@dataclass(frozen=True)
class Facts:
    """What was sold in one currency, by category or as a whole, in the months of ``months``."""

    by: By
    currency: str
    months: Sequence[str]
    cells: list[MonthCell]
    purchases: list[CustomerMonth]
    others: list[MonthCell]  # of the same groups in other currencies


def facts_of(conn: Connection, by: By, months: Sequence[str], as_of: date, currency: str) -> Facts:
    """Return what was sold up to a day."""
    from ci_cli.store import facts

    span = {"as_of": as_of.isoformat(), "first": months[0], "last": months[-1]}

    def cells_in(code: str) -> list[MonthCell]:
        cells, totals = facts.month_cells(conn, by="category", currency=code, **span)
        return totals if by == "total" else cells

    return Facts(
        by,
        currency,
        months,
        cells_in(currency),
        facts.customer_months(conn, by=by, currency=currency, **span),
        [cell for code in facts.currencies(conn) if code != currency for cell in cells_in(code)],
    )


class Elsewheres:
    """Asks where the products of a category are sold; only categories that share any are asked."""

    def __init__(self, conn: Connection, currency: str) -> None:
        self.conn, self.currency = conn, currency
        self._sharing: frozenset[str] | None = None

    def shares(self, group: str) -> bool:
        """Tell whether a product of the category is sold under another one as well."""
        from ci_cli.store import category_facts

        if self._sharing is None:
            self._sharing = category_facts.sharing(self.conn)
        return group in self._sharing

    def at(self, group: str, windows: Windows, as_of: date) -> list[Elsewhere]:
        """Return where its products were sold, as was known on a day."""
        from ci_cli.store import category_facts

        if not self.shares(group):  # to ask all lines takes a second
            return []
        named = {"group": group, "currency": self.currency, "as_of": as_of.isoformat()}
        return category_facts.elsewhere(self.conn, {**named, **windows._asdict()})


def limits_of(chosen: ChosenLimits | None) -> Thresholds:
    """Return the limits to go by: those chosen for this store, else the built-in ones."""
    from ci_cli.analysis.decline.result import Thresholds

    if chosen is None:
        return Thresholds()
    return Thresholds(chosen.alarm, chosen.watch, of_report=True)


def judged(conn: Connection, as_of: date, currency: str) -> Judged:
    """Return the verdicts on all categories and on the company, in one currency."""
    from ci_cli.analysis.decline.reach import reach
    from ci_cli.store import chosen_limits, facts

    found = reach(facts.order_days(conn, as_of=as_of.isoformat()), as_of)
    chosen = chosen_limits.read(conn).get(currency)
    limits = limits_of(chosen)
    total = _verdicts(conn, "total", found.months, as_of, currency, limits)
    return Judged(
        currency,
        found,
        _verdicts(conn, "category", found.months, as_of, currency, limits),
        total[0] if total else None,
        chosen,
    )


def _verdicts(
    conn: Connection, by: By, months: list[str], as_of: date, currency: str, limits: Thresholds
) -> list[Verdict]:
    """Return the verdicts on all groups of one kind; ``total`` is the company as one group."""
    if not months:
        return []
    from ci_cli.analysis.decline.currency_moves import moved_away
    from ci_cli.analysis.decline.renamed import settle
    from ci_cli.analysis.decline.verdict import judge

    known = facts_of(conn, by, months, as_of, currency)
    verdicts = judge(
        known.cells,
        known.purchases,
        months,
        thresholds=limits,
        unsettled=moved_away(known.cells, known.others, months),
    )
    if by == "total":
        return verdicts
    net = {(cell.group, cell.month): cell.net for cell in known.cells}
    elsewhere = Elsewheres(conn, currency)
    return settle(
        verdicts,
        months,
        lambda group, month: net.get((group, month), 0),
        lambda group, windows: elsewhere.at(group, windows, as_of),
    )
