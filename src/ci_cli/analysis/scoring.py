"""Score a whole customer base once; every RFM report is a view of the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ci_cli.analysis import cadence, rfm
from ci_cli.analysis.cadence import Rhythm
from ci_cli.analysis.periods import Window
from ci_cli.analysis.rfm import Cuts, Means, Scales, Scores, Values
from ci_cli.analysis.segments import SegmentMap
from ci_cli.columnar import Columnar, is_ranked, ranked
from ci_cli.shapes.trade import CustomerPurchases


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
    window; ``never`` only returned goods.
    """

    as_of: date
    window: Window
    bins: int
    cuts: Cuts
    segment_map: SegmentMap | None
    customers: Columnar[ScoredCustomer]
    outside: Columnar[CustomerPurchases]
    never: Columnar[CustomerPurchases]
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
        buyer = cadence.Buyer(row.industry, row.purchase_days, row.median_gap)
        return cadence.rhythm(buyer, silent, self.usual, self.history_days)


def base_rhythm(rows: Sequence[CustomerPurchases], as_of: date) -> BaseRhythm:
    """Return how the base buys.

    Args:
        rows: every customer, aggregated up to ``as_of``.
        as_of: the day that silence is counted to.
    """
    everybody = Columnar.of(CustomerPurchases, rows)
    usual = cadence.population(_buyers(everybody))
    first_ever = min(filter(None, everybody.column("first")), default=None)
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
    everybody = Columnar.of(CustomerPurchases, rows)
    bought, outside, never = _split(everybody)
    recency, tenure = (_days_since(bought.column(day), as_of) for day in ("last", "first"))
    values = Columnar(Values, (recency, bought.column("orders"), bought.column("net")))
    scales = rfm.scales(values, bins, cuts)
    scores = Columnar(
        Scores,
        (
            scales.r.scores(values.column("recency")),
            scales.f.scores(values.column("frequency")),
            scales.m.best_first(),  # customers stand by money
        ),
    )
    known = set(zip(*scores.columns, strict=True))  # there are few
    code_of = {triple: rfm.code(Scores._make(triple), bins) for triple in known}
    codes = list(map(code_of.__getitem__, zip(*scores.columns, strict=True)))
    means = rfm.means(values)
    namer = segment_map if segment_map is not None and segment_map.applies_to(bins) else None
    base = base_rhythm(everybody, as_of)
    customers = Columnar(
        ScoredCustomer,
        (
            bought,
            values,
            scores,
            codes,
            _segments(namer, scores, values, means),
            tenure,
            cadence.rhythms(_buyers(bought), recency, base.usual, base.history_days),
        ),
    )
    return Scored(
        as_of, window, bins, dict(cuts or {}), segment_map, customers, outside, never,
        scales, means, base,
    )  # fmt: skip


def _split(everybody: Columnar[CustomerPurchases]) -> tuple[Columnar[CustomerPurchases], ...]:
    """Return those who bought in the window, those who bought before only, and with returns only.

    The first ones stand by money, most first, then by id.
    """
    orders, first, net = map(everybody.column, ("orders", "first", "net"))
    ids = everybody.column("customer_id")
    ranks: Sequence[int] = range(len(net))
    if not is_ranked(net, ids):  # facts give them so
        ranks = ranked(net, ids)
    elif min(orders, default=1) > 0:
        return everybody, everybody.picked(()), everybody.picked(())
    bought = [place for place in ranks if orders[place] > 0]
    rest = [place for place, count in enumerate(orders) if count <= 0]
    outside = [place for place in rest if first[place] is not None]
    never = [place for place in rest if first[place] is None]
    return tuple(map(everybody.picked, (bought, outside, never)))


def _segments(
    namer: SegmentMap | None,
    scores: Columnar[Scores],
    values: Columnar[Values],
    means: Means,
) -> Sequence[str | None]:
    if namer is None:
        return [None] * len(scores)
    if namer.uses == "means":
        return [
            namer.segment(score, value, means).key
            for score, value in zip(scores, values, strict=True)
        ]
    # the scores alone decide, and there are few of them
    known = set(zip(*scores.columns, strict=True))
    key_of = {triple: namer.segment(Scores._make(triple), values[0], means).key for triple in known}
    return list(map(key_of.__getitem__, zip(*scores.columns, strict=True)))


def _buyers(rows: Columnar[CustomerPurchases]) -> Columnar[cadence.Buyer]:
    return Columnar(cadence.Buyer, map(rows.column, cadence.Buyer._fields))


def _days_since(days: Sequence[str], as_of: date) -> list[int]:
    """Return how long ago ISO days are: a million customers share a few hundred of them."""
    ago = {day: (as_of - date.fromisoformat(day)).days for day in set(days)}
    return list(map(ago.__getitem__, days))
