"""A customer's own rhythm: how long a silence is normal, and who is silent far beyond it.

One fixed limit for everybody ("no order in 90 days") calls half of the slow trades dead, and
"twice the own gap" misjudges customers with few purchases. So the own gap is drawn towards that of
similar customers, the less there is of it the more (``methods.md`` §2, measured in
``features.md`` R):

    expected gap = exp((m · ln own median gap + 4 · ln population median gap) / (m + 4))

m is the number of the customer's own gaps between purchase days. The population is the customer's
industry where it has at least 20 repeat buyers, else all customers; its median gap is the median of
their own median gaps. Gaps are days.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from ci_cli.columnar import Columnar

PRIOR_GAPS = 4  # the population speaks as loudly as this many own gaps
MIN_POPULATION = 20  # repeat buyers that an industry needs to speak for itself
SLOWING_AT = 2.0  # silent days / expected gap
DORMANT_AT = 3.0
TOO_EARLY_SHARE = 1 / 3  # of the observed history: a longer gap cannot be judged yet

ACTIVE = "active"
SLOWING = "slowing"
DORMANT = "dormant"
TOO_EARLY = "too-early"


class Buyer(NamedTuple):
    """What the rhythm of one customer rests on."""

    industry: str | None
    purchase_days: int  # distinct days with a purchase
    median_gap: float | None  # days between them; None with fewer than two


@dataclass(frozen=True)
class Population:
    """The usual gaps to draw towards, in days; ``everybody`` is None without repeat buyers."""

    everybody: float | None
    by_industry: Mapping[str, float]

    def gap(self, industry: str | None) -> float | None:
        """Return the usual gap of the industry where it can speak for itself, else of all."""
        return self.by_industry.get(industry or "", self.everybody)


class Rhythm(NamedTuple):
    """What is expected of a customer and what happens.

    ``expected_gap`` and ``state`` are None where no customer ever came back, so nothing is known.
    """

    expected_gap: float | None  # days
    silent_days: int
    state: str | None  # active, slowing, dormant, too-early

    @property
    def times(self) -> float | None:
        """How many expected gaps the silence lasts."""
        return None if self.expected_gap is None else self.silent_days / self.expected_gap

    @property
    def chance(self) -> float | None:
        """The chance of so long a gap for a customer who buys at random moments.

        Exponential gaps with the expected gap as their median: 2 to the power of −times. A regular
        buyer would be silent that long less often still, so it is an upper bound for most.
        """
        return None if self.times is None else 2.0**-self.times


def population(buyers: Iterable[Buyer]) -> Population:
    """Return the median of the repeat buyers' own median gaps, for all and by industry."""
    industries, days, gaps = Columnar.of(Buyer, buyers).columns
    repeated = [gap if count > 1 else None for count, gap in zip(days, gaps, strict=True)]
    by_industry: dict[str, list[float]] = {}
    if any(industries):
        for industry, gap in zip(industries, repeated, strict=True):
            if gap and industry:
                by_industry.setdefault(industry, []).append(gap)
    everybody = list(filter(None, repeated))
    return Population(
        median(everybody) if everybody else None,
        {name: median(own) for name, own in by_industry.items() if len(own) >= MIN_POPULATION},
    )


def expected_gap(buyer: Buyer, usual: Population) -> float | None:
    """Return the expected gap in days by the formula above; the population's for a first buyer."""
    return _expected_gaps([buyer], usual)[0]


def _expected_gaps(
    buyers: Iterable[tuple[str | None, int, float | None]], usual: Population
) -> list[float | None]:
    """Return the expected gap of each buyer, given as the cells of :class:`Buyer`."""
    log, exp, priors = math.log, math.exp, usual.by_industry
    logs = {gap: PRIOR_GAPS * log(gap) for gap in (usual.everybody, *priors.values()) if gap}
    found = []
    for industry, days, median_gap in buyers:
        prior = usual.gap(industry)
        if prior is None or days < 2 or not median_gap:
            found.append(prior)
            continue
        gaps = days - 1
        found.append(exp((gaps * log(median_gap) + logs[prior]) / (gaps + PRIOR_GAPS)))
    return found


def rhythm(buyer: Buyer, silent_days: int, usual: Population, history_days: int) -> Rhythm:
    """Judge a silence.

    Args:
        buyer: the customer.
        silent_days: days from the last purchase to the as-of day.
        usual: from :func:`population`.
        history_days: days from the first purchase of *any* customer to the as-of day: how long
            anybody has been watched. Gaps above a third of it cannot have been seen often enough,
            so the state is ``too-early``.
    """
    gap = expected_gap(buyer, usual)
    (state,) = _states([gap], [silent_days], history_days)
    return Rhythm(gap, silent_days, state)


def rhythms(
    buyers: Columnar[Buyer], silent_days: Sequence[int], usual: Population, history_days: int
) -> Columnar[Rhythm]:
    """Judge the silence of many customers at once; see :func:`rhythm`."""
    alike = list(set(zip(*buyers.columns, strict=True)))
    gap_of = dict(zip(alike, _expected_gaps(alike, usual), strict=True))
    gaps = list(map(gap_of.__getitem__, zip(*buyers.columns, strict=True)))
    states = _states(gaps, silent_days, history_days)
    return Columnar(Rhythm, (gaps, silent_days, states))


def _states(
    gaps: Sequence[float | None], silent_days: Sequence[int], history_days: int
) -> list[str | None]:
    longest = history_days * TOO_EARLY_SHARE
    return [
        None
        if gap is None
        else TOO_EARLY
        if gap > longest
        else ACTIVE
        if silent < SLOWING_AT * gap
        else SLOWING
        if silent < DORMANT_AT * gap
        else DORMANT
        for gap, silent in zip(gaps, silent_days, strict=True)
    ]
