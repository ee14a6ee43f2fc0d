"""When a customer was active and when dormant, month by month.

A month in which the customer bought is active. A month without a purchase is what the rhythm
(``analysis.cadence``) says on its last day from what was known then: dormant where the silence has
reached three usual gaps, too early to tell where the usual gap exceeds a third of the history,
else still active. The usual gap of that day rests on the customer's gaps so far, drawn towards the
gaps that other customers had shown by then; while it rests on fewer than four gaps of the
customer's own and fewer than twenty customers who came back, it is too early to tell as well, since
a young history knows only the short gaps. So no month is judged by what came later, and a month
that is over keeps its state for good. The running month is judged on the as-of day.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from ci_cli.analysis import cadence
from ci_cli.analysis.cadence import ACTIVE, DORMANT, TOO_EARLY, Buyer, Population, Rhythm
from ci_cli.analysis.periods import last_day, month_of, months_between
from ci_cli.shapes.activity import CustomerDay


class Phase(NamedTuple):
    """Months in a row with one state."""

    state: str  # active, dormant or too-early
    first: str  # month
    last: str | None  # None: it lasts
    months: int
    purchases: int
    net: int
    first_purchase: str | None  # inside the phase
    last_purchase: str | None
    rhythm: Rhythm  # on the last day of the phase


class Usual(NamedTuple):
    """How customers bought as it was known at the end of a month."""

    population: Population
    repeat: int  # customers who had come back


class Month(NamedTuple):
    """One month of one customer."""

    month: str
    state: str
    rhythm: Rhythm


def usual_by_month(
    days: Iterable[tuple[int, str]],
    industry_of: Mapping[int, str | None],
    industry: str | None,
    months: Sequence[str],
) -> list[Usual]:
    """Return how customers bought as it was known at the end of each month.

    Args:
        days: each day on which each customer bought, by customer and day.
        industry_of: the industry of each customer.
        industry: the only one that the population is told apart for.
        months: in a row.
    """
    changes = _changes(days, industry_of, industry)
    everybody: Counter[float] = Counter()
    alike: Counter[float] = Counter()
    found = []
    waiting = sorted(changes)
    for month in months:
        while waiting and waiting[0] <= month:
            for gap, (of_all, of_some) in changes[waiting.pop(0)].items():
                everybody[gap] += of_all
                alike[gap] += of_some
        own = _middle(alike) if alike.total() >= cadence.MIN_POPULATION else None
        population = Population(_middle(everybody), {industry: own} if industry and own else {})
        found.append(Usual(population, everybody.total()))
    return found


def _changes(
    days: Iterable[tuple[int, str]], industry_of: Mapping[int, str | None], industry: str | None
) -> dict[str, dict[float, list[int]]]:
    """Return by month how many more customers, of all and of the industry, have a median gap."""
    changes: dict[str, dict[float, list[int]]] = {}
    number: dict[str, int] = {}  # of a day: customers share a few thousand
    for customer, rows in groupby(days, key=itemgetter(0)):
        is_alike = industry is not None and industry_of.get(customer) == industry
        gaps: list[int] = []
        before, usual = 0, None
        for _customer, day in rows:
            at = number.get(day) or number.setdefault(day, date.fromisoformat(day).toordinal())
            if before:
                insort(gaps, at - before)
                of_month = changes.setdefault(day[:7], {})
                if usual is not None:
                    _add(of_month, usual, -1, is_alike)
                usual = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
                _add(of_month, usual, 1, is_alike)
            before = at
    return changes


def _add(counts: dict[float, list[int]], gap: float, number: int, is_alike: bool) -> None:
    cell = counts.setdefault(gap, [0, 0])
    cell[0] += number
    cell[1] += number if is_alike else 0


def _middle(counts: Counter[float]) -> float | None:
    """Return the median of counted values; None without any."""
    total = counts.total()
    if not total:
        return None
    values = sorted(gap for gap, number in counts.items() if number)
    found, passed = [], 0
    for place in ((total - 1) // 2, total // 2):
        for gap in values:
            if passed + counts[gap] > place:
                found.append(gap)
                break
            passed += counts[gap]
        passed = 0
    return sum(found) / 2


def months_of(
    days: Sequence[CustomerDay],
    usual: Sequence[Usual],
    months: Sequence[str],
    *,
    industry: str | None,
    first_ever: date,
    as_of: date,
) -> list[Month]:
    """Return the state of each month.

    Args:
        days: what the customer did, oldest first; days with returns alone count as nothing.
        usual: from :func:`usual_by_month`, for the same months.
        months: from the first purchase to the as-of day.
        industry: of the customer.
        first_ever: first purchase of anybody.
        as_of: the last day that is known.
    """
    bought = [date.fromisoformat(one.day) for one in days if one.purchases]
    found = []
    for month, (population, repeat) in zip(months, usual, strict=True):
        end = min(last_day(month), as_of)
        past = [day for day in bought if day <= end]
        gaps = [(later - earlier).days for earlier, later in pairwise(past)]
        rhythm = cadence.rhythm(
            Buyer(industry, len(past), median(gaps) if gaps else None),
            (end - past[-1]).days,
            population,
            (end - first_ever).days,
        )
        state = ACTIVE
        if month_of(past[-1]) < month and rhythm.state not in (ACTIVE, cadence.SLOWING):
            is_known = len(gaps) >= cadence.PRIOR_GAPS or repeat >= cadence.MIN_POPULATION
            state = DORMANT if rhythm.state == DORMANT and is_known else TOO_EARLY
        found.append(Month(month, state, rhythm))
    return found


def phases(months: Sequence[Month], days: Sequence[CustomerDay]) -> list[Phase]:
    """Return the runs of months with one state; the last one lasts."""
    found = []
    for state, run in groupby(months, key=lambda one: one.state):
        part = list(run)
        first, last = part[0].month, part[-1].month
        inside = [one for one in days if first <= one.day[:7] <= last]
        bought = [one.day for one in inside if one.purchases]
        found.append(
            Phase(
                state, first, None if last == months[-1].month else last, len(part),
                sum(one.purchases for one in inside), sum(one.net for one in inside),
                bought[0] if bought else None, bought[-1] if bought else None, part[-1].rhythm,
            )
        )  # fmt: skip
    return found


def month_span(days: Sequence[CustomerDay], as_of: date) -> list[str]:
    """Return the months from the first purchase to the as-of day; none without a purchase."""
    first = next((one.day[:7] for one in days if one.purchases), None)
    return [] if first is None else months_between(first, month_of(as_of))
