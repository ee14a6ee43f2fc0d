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
from ci_cli.shapes import CustomerPurchases


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
    usual: cadence.Population
    history_days: int

    @property
    def has_segments(self) -> bool:
        """Whether customers carry segment names."""
        return self.segment_map is not None and self.segment_map.applies_to(self.bins)

    def rhythm_of(self, row: CustomerPurchases) -> Rhythm | None:
        """Return the rhythm of any customer, scored or not; None for one who never bought."""
        if row.last is None:
            return None
        silent = (self.as_of - date.fromisoformat(row.last)).days
        return cadence.rhythm(_buyer(row), silent, self.usual, self.history_days)


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
    ordinal = _Ordinals()
    today = as_of.toordinal()
    bought = [row for row in rows if row.orders > 0 and row.last is not None]
    values = [Values(today - ordinal[row.last or ""], row.orders, row.net) for row in bought]
    scales = rfm.scales(values, bins, cuts)
    means = rfm.means(values)
    usual = cadence.population(_buyer(row) for row in rows)
    first_ever = min((row.first for row in rows if row.first is not None), default=None)
    history_days = 0 if first_ever is None else today - ordinal[first_ever]
    namer = segment_map if segment_map is not None and segment_map.applies_to(bins) else None

    codes: dict[Scores, str] = {}
    customers = []
    for row, value in zip(bought, values, strict=True):
        scores = scales.scores(value)
        if scores not in codes:
            codes[scores] = rfm.code(scores, bins)
        customers.append(
            ScoredCustomer(
                row,
                value,
                scores,
                codes[scores],
                namer.segment(scores, value, means).key if namer else None,
                today - ordinal[row.first or row.last or ""],
                cadence.rhythm(_buyer(row), value.recency, usual, history_days),
            )
        )
    customers.sort(key=lambda customer: (-customer.values.monetary, customer.row.customer_id))
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
        usual,
        history_days,
    )


def _buyer(row: CustomerPurchases) -> cadence.Buyer:
    return cadence.Buyer(row.industry, row.purchase_days, row.median_gap)


class _Ordinals(dict[str, int]):
    """Day numbers of ISO days, each computed once: a million customers share a few hundred days."""

    def __missing__(self, day: str) -> int:
        number = date.fromisoformat(day).toordinal()
        self[day] = number
        return number
