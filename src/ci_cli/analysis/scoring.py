"""Score a whole customer base once; every RFM report is a view of the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter, itemgetter
from typing import NamedTuple

from ci_cli.analysis import cadence, rfm
from ci_cli.analysis.cadence import Rhythm
from ci_cli.analysis.periods import Window
from ci_cli.analysis.rfm import Cuts, Means, Scales, Scores, Values
from ci_cli.analysis.segments import SegmentMap
from ci_cli.shapes import CustomerPurchases

_RHYTHM_FIELDS = itemgetter(
    *(CustomerPurchases._fields.index(name) for name in cadence.Buyer._fields)
)


class ScoredCustomer(NamedTuple):
    """One customer who bought inside the window."""

    row: CustomerPurchases
    values: Values
    scores: Scores
    code: str
    segment: str | None  # key; None where the map does not fit the number of levels
    tenure_days: int  # first purchase in all history to as-of
    rhythm: Rhythm


@dataclass(frozen=True)
class Scored:
    """A scored customer base at ``as_of``.

    ``customers`` stand by money, largest first, then by id. ``outside`` bought, but not inside the
    window; ``never`` never bought.
    """

    as_of: date
    window: Window
    bins: int
    cuts: Cuts
    segment_map: SegmentMap | None
    customers: list[ScoredCustomer]
    outside: list[CustomerPurchases]
    never: list[CustomerPurchases]
    scales: Scales
    means: Means
    base: BaseRhythm

    @property
    def has_segments(self) -> bool:
        """Whether customers carry segment names."""
        return self.segment_map is not None and self.segment_map.applies_to(self.bins)


class BaseRhythm(NamedTuple):
    """What the rhythm of one customer is judged by: how the whole base buys."""

    as_of: date
    usual: cadence.Population
    history_days: int  # first purchase of anybody to as-of

    def rhythm_of(self, row: CustomerPurchases) -> Rhythm | None:
        """Return the rhythm of a customer; None for one who never bought."""
        if row.last is None:
            return None
        silent = (self.as_of - date.fromisoformat(row.last)).days
        return cadence.rhythm(_buyer(row), silent, self.usual, self.history_days)


def base_rhythm(rows: Sequence[CustomerPurchases], as_of: date) -> BaseRhythm:
    """Return how the base buys.

    Args:
        rows: every customer, aggregated up to ``as_of``.
        as_of: the day that silence is counted to.
    """
    usual = cadence.population(_buyers(rows))
    first_ever = min((row.first for row in rows if row.first is not None), default=None)
    days = 0 if first_ever is None else (as_of - date.fromisoformat(first_ever)).days
    return BaseRhythm(as_of, usual, days)


def score_customers(
    rows: Sequence[CustomerPurchases],
    *,
    as_of: date,
    window: Window,
    bins: int = rfm.DEFAULT_BINS,
    cuts: Cuts | None = None,
    segment_map: SegmentMap | None = None,
) -> Scored:
    """Score the customers with at least one purchase inside ``window``.

    Args:
        rows: every customer, aggregated up to ``as_of``; the order does not matter.
        as_of: the day that recency, tenure and silence are counted to.
        window: what ``orders`` and ``net`` of the rows were counted in.
        bins: score levels, 3 to 10.
        cuts: fixed limits by dimension instead of ranks (see ``rfm.cut_scale``).
        segment_map: names for the codes; ignored where it does not fit ``bins``.

    Raises:
        CiError: ``bins-invalid`` or ``cuts-invalid``, exit 2.
    """
    # column by column: at a million customers a loop over all of them costs more than the query
    ordinal = _Ordinals()
    today = as_of.toordinal()
    bought = [row for row in rows if row.orders > 0 and row.last is not None]
    # most money first, then by id
    bought.sort(key=attrgetter("customer_id"))
    bought.sort(key=attrgetter("net"), reverse=True)
    columns = dict(zip(CustomerPurchases._fields, zip(*bought, strict=True), strict=False))
    recency = [today - ordinal[day] for day in columns.get("last", ())]
    tenure = [today - ordinal[day] for day in columns.get("first", ())]
    orders, net = columns.get("orders", ()), columns.get("net", ())
    values = list(map(Values._make, zip(recency, orders, net, strict=True)))
    scales = rfm.scales(values, bins, cuts)
    scores = list(
        map(
            Scores._make,
            zip(
                map(scales.r.score_of.__getitem__, recency),
                map(scales.f.score_of.__getitem__, orders),
                map(scales.m.score_of.__getitem__, net),
                strict=True,
            ),
        )
    )
    code_of = {one: rfm.code(one, bins) for one in set(scores)}
    means = rfm.means(values)
    namer = segment_map if segment_map is not None and segment_map.applies_to(bins) else None
    base = base_rhythm(rows, as_of)
    customers = list(
        map(
            ScoredCustomer._make,
            zip(
                bought,
                values,
                scores,
                map(code_of.__getitem__, scores),
                _segments(namer, scores, values, means),
                tenure,
                _rhythms(bought, recency, base),
                strict=True,
            ),
        )
    )
    return Scored(
        as_of,
        window,
        bins,
        dict(cuts or {}),
        segment_map,
        customers,
        [row for row in rows if row.orders <= 0 and row.first is not None],
        [row for row in rows if row.first is None],
        scales,
        means,
        base,
    )


def _segments(
    namer: SegmentMap | None, scores: Sequence[Scores], values: Sequence[Values], means: Means
) -> Sequence[str | None]:
    if namer is None:
        return [None] * len(scores)
    if namer.uses == "means":
        return [
            namer.segment(one, value, means).key for one, value in zip(scores, values, strict=True)
        ]
    # the scores alone decide, and there are few of them
    key_of = {
        one: namer.segment(one, value, means).key
        for one, value in dict(zip(scores, values, strict=True)).items()
    }
    return [key_of[one] for one in scores]


def _rhythms(
    rows: Sequence[CustomerPurchases], silent: Sequence[int], base: BaseRhythm
) -> list[Rhythm]:
    buyers = list(_buyers(rows))
    gap_of = {buyer: cadence.expected_gap(buyer, base.usual) for buyer in set(buyers)}
    return [
        cadence.judged(gap_of[buyer], days, base.history_days)
        for buyer, days in zip(buyers, silent, strict=True)
    ]


def _buyers(rows: Sequence[CustomerPurchases]) -> Iterator[cadence.Buyer]:
    return map(cadence.Buyer._make, map(_RHYTHM_FIELDS, rows))


def _buyer(row: CustomerPurchases) -> cadence.Buyer:
    return cadence.Buyer(row.industry, row.purchase_days, row.median_gap)


class _Ordinals(dict[str, int]):
    """Day numbers of ISO days, each computed once: a million customers share a few hundred days."""

    def __missing__(self, day: str) -> int:
        number = date.fromisoformat(day).toordinal()
        self[day] = number
        return number
