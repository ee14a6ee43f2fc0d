"""Figures of the reference programme; each definition is printed beside the figure.

    referenceable = ready (consent, health, nothing open, not resting) / active customers
    fulfilment    = fulfilled / (requests − cancelled), of the requests made in the period
    turnaround    = days from request to fulfilment; median and 90 % quantile, interpolated
    attempts      = approaches logged for fulfilled requests / fulfilled requests
    concentration = share of the uses that fell on the most used fifth of the references

Deals are compared, not explained: a reference is mostly asked for where a deal already stands well.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.references.ready import Judged
from ci_cli.shapes.references import Attempt, Request, Use

TOP_SHARE = 5  # the most used fifth


class Share(NamedTuple):
    """Some of the active customers, and what they bring; None: there is no whole."""

    customers: int
    of: int
    revenue: int
    of_revenue: int

    @property
    def by_count(self) -> float | None:
        """Return the share of the customers."""
        return self.customers / self.of if self.of else None

    @property
    def by_revenue(self) -> float | None:
        """Return the share of the positive revenue."""
        return self.revenue / self.of_revenue if self.of_revenue else None


class Spread(NamedTuple):
    """Median and 90 % quantile of ``n`` values."""

    n: int
    median: float | None
    p90: float | None


class Service(NamedTuple):
    """How requests were served."""

    requests: int
    fulfilled: int
    cancelled: int
    open: int
    attempts: int  # for fulfilled requests
    other_attempts: int
    turnaround: Spread  # days
    hours: Spread  # of fulfilled requests with any time logged

    @property
    def rate(self) -> float | None:
        """Return the fulfilment rate."""
        base = self.requests - self.cancelled
        return self.fulfilled / base if base else None

    @property
    def per_fulfilment(self) -> float | None:
        """Return attempts per fulfilment."""
        return self.attempts / self.fulfilled if self.fulfilled else None


class Load(NamedTuple):
    """How the uses of a period lie on the references."""

    references: int
    used: int
    uses: int
    top: int  # how many references are the most used fifth
    top_uses: int
    resting: int
    busiest: int  # most uses of one reference in the window of the caps


class Deal(NamedTuple):
    """A deal that was won or lost."""

    customer_id: int | None
    outcome: str
    opened: str | None
    closed: str
    value: int | None
    currency: str | None


class Deals(NamedTuple):
    """Deals of one kind: with a reference, or without."""

    n: int
    won: int
    won_value: Mapping[str, int]  # by currency
    cycle: Spread  # days from opened to closed

    @property
    def rate(self) -> float | None:
        """Return the share of deals that were won."""
        return self.won / self.n if self.n else None


class Cell(NamedTuple):
    """Active customers of one industry, category and region, and the ready ones among them."""

    industry: str | None
    category: str
    region: str | None
    customers: int
    ready: int


def share(chosen: Collection[int], revenue: Mapping[int, int]) -> Share:
    """Return what part of the active customers are chosen, by count and by positive revenue.

    Args:
        chosen: customers.
        revenue: of every active customer, ten-thousandths.
    """
    mine = [number for number in revenue if number in chosen]
    return Share(
        len(mine), len(revenue), sum(max(revenue[number], 0) for number in mine),
        sum(max(value, 0) for value in revenue.values()),
    )  # fmt: skip


def service(
    requests: Sequence[Request], attempts: Sequence[Attempt], uses: Iterable[Use]
) -> Service:
    """Return how these requests were served.

    Args:
        requests: those made in the period.
        attempts: of any requests.
        uses: of any requests.
    """
    states = Counter(one.state for one in requests)
    done = {one.id: one for one in requests if one.state == "fulfilled"}
    known = {one.id for one in requests}
    tried = [one for one in attempts if one.request_id in done]
    logged = [(one.request_id, one.minutes) for one in tried]
    logged += [(one.request_id, one.minutes) for one in uses if one.request_id in done]
    spent: dict[int, int] = {}
    for number, minutes in logged:
        if minutes is not None:
            spent[number] = spent.get(number, 0) + minutes
    days = [_days(one.day, one.closed) for one in done.values() if one.closed is not None]
    return Service(
        len(requests), len(done), states["cancelled"], states["open"], len(tried),
        sum(one.request_id in known for one in attempts) - len(tried), spread(days),
        spread([minutes / 60 for minutes in spent.values()]),
    )  # fmt: skip


def load(judged: Sequence[Judged], first: str) -> Load:
    """Return how the uses since ``first`` lie on the references that are not retired."""
    ours = [one for one in judged if "retired" not in one.failed]
    counts = sorted((sum(use.day >= first for use in one.uses) for one in ours), reverse=True)
    top = math.ceil(len(ours) / TOP_SHARE)
    return Load(
        len(ours), sum(count > 0 for count in counts), sum(counts), top, sum(counts[:top]),
        sum(one.state == "resting" for one in ours), max((one.recent for one in ours), default=0),
    )  # fmt: skip


def deals(
    closed: Sequence[Deal], requests: Sequence[Request], uses: Iterable[Use]
) -> tuple[Deals, Deals]:
    """Return the deals with a reference, and those without.

    A deal had a reference where somebody vouched for us to that prospect while it was open.
    """
    prospects = {one.id: one.customer_id for one in requests}
    vouched: dict[int, list[str]] = {}
    for use in uses:
        prospect = prospects.get(use.request_id)
        if prospect is not None:
            vouched.setdefault(prospect, []).append(use.day)
    groups: tuple[list[Deal], list[Deal]] = ([], [])
    for deal in closed:
        days = vouched.get(deal.customer_id, []) if deal.customer_id is not None else []
        has_one = any((deal.opened or "") <= day <= deal.closed for day in days)
        groups[0 if has_one else 1].append(deal)
    return _deals(groups[0]), _deals(groups[1])


def coverage(
    bought: Iterable[tuple[int, str]], industries: Mapping[int, str | None],
    regions: Mapping[int, str | None], ready: Collection[int],
) -> list[Cell]:  # fmt: skip
    """Return every cell in which somebody is active, those with most customers first.

    Args:
        bought: active customer and category, each pair once.
        industries: of each active customer.
        regions: of each active customer.
        ready: references that may be asked.
    """
    customers: Counter[tuple[str | None, str, str | None]] = Counter()
    ready_ones: Counter[tuple[str | None, str, str | None]] = Counter()
    for number, category in bought:
        if number in industries:
            key = (industries[number], category, regions.get(number))
            customers[key] += 1
            ready_ones[key] += number in ready
    cells = [Cell(*key, count, ready_ones[key]) for key, count in customers.items()]
    return sorted(
        cells, key=lambda one: (-one.customers, str(one.industry), one.category, str(one.region))
    )


def spread(values: Sequence[float]) -> Spread:
    """Return median and 90 % quantile, interpolated between the two values around it."""
    ordered = sorted(values)
    return Spread(len(ordered), _quantile(ordered, 0.5), _quantile(ordered, 0.9))


def _quantile(ordered: Sequence[float], part: float) -> float | None:
    if not ordered:
        return None
    place = (len(ordered) - 1) * part
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _deals(some: Sequence[Deal]) -> Deals:
    won = [one for one in some if one.outcome == "won"]
    value: dict[str, int] = {}
    for one in won:
        if one.value is not None and one.currency is not None:
            value[one.currency] = value.get(one.currency, 0) + one.value
    cycle = [_days(one.opened, one.closed) for one in some if one.opened is not None]
    return Deals(len(some), len(won), value, spread([days for days in cycle if days >= 0]))


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
