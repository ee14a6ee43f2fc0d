"""Revenue by group and month: which months compare, what fell most, and do the groups add up.

A running month is never compared (half a month always looks like a fall), and a month before
history begins is unknown, not zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from ci_cli.analysis.periods import (
    add_months,
    is_complete,
    last_complete_month,
    month_of,
    months_between,
)
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import MonthCell
from ci_cli.text import msg

Measure = Literal["net", "gross"]
ADDITIVE = ("net", "gross", "quantity", "lines")  # orders and customers are distinct counts


@dataclass(frozen=True)
class Series:
    """One group and its cells by month; ``group`` "" is what belongs to none."""

    group: str
    label: str
    cells: Mapping[str, MonthCell]

    def money(self, month: str, measure: Measure) -> int:
        """Return the revenue of ``month`` in ten-thousandths; 0 where nothing was booked."""
        cell = self.cells.get(month)
        if cell is None:
            return 0
        return cell.net if measure == "net" else cell.gross


@dataclass(frozen=True)
class Span:
    """Which months are shown and which one is compared.

    ``shown`` runs oldest first up to the month of ``as_of``; ``complete`` is the last complete
    month; ``first`` the first month with any order line, None without one.
    """

    shown: list[str]
    first: str | None
    complete: str
    as_of: date

    @property
    def running(self) -> str | None:
        """The month of ``as_of`` while ``as_of`` has not reached its last day."""
        month = month_of(self.as_of)
        return None if is_complete(month, self.as_of) else month

    @property
    def last_year(self) -> str:
        """The month that the same-month-last-year comparison looks back to."""
        return earlier(self.complete, 12)

    def known(self, month: str) -> bool:
        """Whether history reaches back to ``month``, so that nothing booked means zero."""
        return self.first is not None and month >= self.first

    def before(self, series: Series, months: int, measure: Measure) -> int | None:
        """Return the money ``months`` before the compared month, None where that is unknown."""
        month = earlier(self.complete, months)
        return series.money(month, measure) if self.known(month) else None


class Fall(NamedTuple):
    """The group that lost most money on the same month of last year (ten-thousandths)."""

    series: Series
    before: int
    now: int


def earlier(month: str, number: int) -> str:
    """Return the month ``number`` before ``month``, at the earliest the first of the calendar."""
    try:
        return add_months(month, -number)
    except ValueError:
        return "0001-01"


def span(totals: Sequence[MonthCell], as_of: date, months: int) -> Span:
    """Return the last ``months`` months up to ``as_of``; fewer where history is shorter."""
    end = month_of(as_of)
    first = min((cell.month for cell in totals if cell.month <= end), default=None)
    shown = [] if first is None else months_between(max(first, earlier(end, months - 1)), end)
    return Span(shown, first, last_complete_month(as_of), as_of)


def by_group(cells: Iterable[MonthCell]) -> list[Series]:
    """Gather cells into series; the latest month that has a label names the group."""
    months: dict[str, dict[str, MonthCell]] = {}
    labels: dict[str, str] = {}
    for cell in sorted(cells, key=lambda cell: cell.month):
        months.setdefault(cell.group, {})[cell.month] = cell
        labels[cell.group] = cell.label or labels.get(cell.group, "")
    return [Series(group, labels[group], found) for group, found in months.items()]


def ranked(series: Iterable[Series], over: Span, measure: Measure) -> list[Series]:
    """Return what has cells in the shown months or sold in the month of last year.

    Most revenue in the shown months first, then by key; what belongs to no group comes last.
    """
    months = {*over.shown, over.last_year}
    shown = set(over.shown)

    def rank(one: Series) -> tuple[bool, int, str]:
        return (not one.group, -sum(one.money(month, measure) for month in shown), one.group)

    return sorted((one for one in series if months & one.cells.keys()), key=rank)


def biggest_fall(series: Iterable[Series], over: Span, measure: Measure) -> Fall | None:
    """Return the named group that fell most, in money, on the same month of last year.

    None where no group fell. Meaningful only where ``over.known(over.last_year)``.
    """
    falls = [
        Fall(one, one.money(over.last_year, measure), one.money(over.complete, measure))
        for one in series
        if one.group
    ]
    worst = min(falls, key=lambda fall: (fall.now - fall.before, fall.series.group), default=None)
    return worst if worst is not None and worst.now < worst.before else None


def check_totals(cells: Iterable[MonthCell], totals: Iterable[MonthCell]) -> None:
    """Make sure that the groups of each month add up to its total, to the last stored unit.

    Raises:
        CiError: ``procat-total-mismatch``, exit 70: the program, not the data, is wrong.
    """
    rest: dict[tuple[str, str], int] = {}
    for sign, some in ((1, totals), (-1, cells)):
        for cell in some:
            for name in ADDITIVE:
                key = (cell.month, name)
                rest[key] = rest.get(key, 0) + sign * int(getattr(cell, name))
    wrong = sorted(key for key, value in rest.items() if value)
    if wrong:
        raise CiError(
            "procat-total-mismatch",
            msg(
                "The groups of {month} do not add up to the total of the month ({measure}).",
                month=wrong[0][0],
                measure=wrong[0][1],
            ),
            hint=msg("This is a fault of the program. Run: ci-cli db check"),
            exit_code=ExitCode.UNFORESEEN,
        )
