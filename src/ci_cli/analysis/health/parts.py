"""From facts to the value of each part, for every customer; None where the fact is not known.

Nothing here looks beyond the as-of day: the facts end there. A fact that is not known is never
taken for a bad one: the part is left out, and the coverage of the score says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from ci_cli.analysis import cadence
from ci_cli.analysis.health.profile import SOFT_PARTS, Part, Profile
from ci_cli.analysis.periods import shift_months
from ci_cli.analysis.scoring import BaseRhythm, base_rhythm
from ci_cli.shapes.health import HealthBase, SoftFact, Talked, UsageFigure
from ci_cli.shapes.trade import CustomerPurchases

ASKED_BEFORE_DAYS = 730  # that tell what is normal
SPIKE_CHANCE = 0.01  # so many requests would come this rarely if nothing had changed
SPIKE_LEAST = 3
OLDEST_HALF_LIVES = 4  # what somebody said before that says nothing any more
USAGE_BEFORE = 12  # figures that tell what is normal
USAGE_LEAST = 3
STALE_PERIODS = 3  # a series that ended so long ago says nothing of today
GRAIN_DAYS: Mapping[str, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_GRAIN_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
NEW_MONEY = 1e9  # stands for "infinitely more than before"


class Measure(NamedTuple):
    """The value of a part; ``is_spike``: asking for support has soared above the own normal."""

    value: float
    is_spike: bool = False


class Measures:
    """The values of the parts of every customer of one base, for one length of window."""

    def __init__(self, base: HealthBase) -> None:
        self.base = base
        self.as_of = date.fromisoformat(base.as_of)
        self.rhythm: BaseRhythm = base_rhythm(base.purchases, self.as_of)
        self.typical_categories = float(median(base.categories.values() or [0]))
        self.categories_known = bool(base.categories)

    def of(self, row: CustomerPurchases, profile: Profile) -> dict[str, Measure | None]:
        """Return the value of each part of the profile for one customer."""
        talked = self.base.talked.get(row.customer_id)
        soft = self.base.soft.get(row.customer_id, ())
        usage = self.base.usage.get(row.customer_id, ())
        return {
            part.key: self._measure(part, profile, row, talked, soft, usage)
            for part in profile.parts
        }

    def _measure(
        self, part: Part, profile: Profile, row: CustomerPurchases, talked: Talked | None,
        soft: Sequence[SoftFact], usage: Sequence[UsageFigure],
    ) -> Measure | None:  # fmt: skip
        value: float | None
        if part.metric is not None:
            value = usage_value(usage, part, self.as_of)
        elif part.key in SOFT_PARTS:
            value = soft_value(
                (fact for fact in soft if fact.kind == part.key), profile.half_life_days, self.as_of
            )
        elif part.key == "support":
            return self._support(row, talked, profile)
        elif part.key in ("promises", "contact"):
            value = self._talked(part.key, talked, profile)
        else:
            value = self._bought(part.key, row, profile)
        return None if value is None else Measure(value)

    def _bought(self, key: str, row: CustomerPurchases, profile: Profile) -> float | None:
        if row.first is None:
            return None
        if key == "recency":
            rhythm = self.rhythm.rhythm_of(row)
            if rhythm is None or rhythm.state in (None, cadence.TOO_EARLY):
                return None
            return rhythm.times
        if key == "trend":
            begin = shift_months(self.as_of, -2 * profile.months)
            if date.fromisoformat(row.first) > begin:
                return None  # no two whole windows to compare
            before = self.base.net_before.get(row.customer_id, 0) - row.net
            if before > 0:
                return max(row.net / before, 0.0)
            return NEW_MONEY if row.net > 0 else None
        if key == "breadth":
            if not self.categories_known or self.typical_categories <= 0:
                return None
            return self.base.categories.get(row.customer_id, 0) / self.typical_categories
        if key == "adoption":
            if self.base.flagship is None:
                return None
            last = self.base.flagship.get(row.customer_id)
            start = shift_months(self.as_of, -profile.months).isoformat()
            return 0.0 if last is None else 1.0 if last > start else 0.5
        raise AssertionError(key)

    def _talked(self, key: str, talked: Talked | None, profile: Profile) -> float | None:
        if talked is None:
            return None
        if key == "promises":
            if not talked.promises_due:
                return None
            return (talked.promises_kept + talked.promises_late / 2) / talked.promises_due
        if talked.reached is None:
            return None
        return (self.as_of - date.fromisoformat(talked.reached)).days / profile.contact_days

    def _support(
        self, row: CustomerPurchases, talked: Talked | None, profile: Profile
    ) -> Measure | None:
        """Compare recent requests with the customer's own normal; unknown where it never asked.

        A spike: with Poisson arrivals at the own normal rate (half a request added to what was
        counted, for a rate is never quite zero), so many or more come with a chance below 1 %.
        """
        if talked is None or not talked.asked:
            return None
        recent = profile.support_days
        known = min(day for day in (row.first, talked.first) if day is not None)
        days = (self.as_of - date.fromisoformat(known)).days - recent
        days = min(days, ASKED_BEFORE_DAYS)
        if days < recent:  # too new for a normal of its own
            return Measure(1.0) if talked.asked_recent else None
        normal = talked.asked_before * recent / days
        floor = (talked.asked_before + 0.5) * recent / days
        is_spike = (
            talked.asked_recent >= SPIKE_LEAST
            and poisson_tail(talked.asked_recent, floor) < SPIKE_CHANCE
        )
        if normal > 0:
            return Measure(talked.asked_recent / normal, is_spike)
        return Measure(1.0 if talked.asked_recent else 0.0, is_spike)


def poisson_tail(count: int, mean: float) -> float:
    """Return the chance of ``count`` or more events where ``mean`` are expected."""
    term = math.exp(-mean)
    below = 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return max(1.0 - below, 0.0)


def fading(day: str, half_life_days: int, as_of: date) -> float:
    """Return how much a word of that day still counts: 1 today, half after each half-life."""
    age = (as_of - date.fromisoformat(day)).days
    if age < 0 or age > OLDEST_HALF_LIVES * half_life_days:
        return 0.0
    return math.exp2(-age / half_life_days)


def soft_value(facts: Iterable[SoftFact], half_life_days: int, as_of: date) -> float | None:
    """Return the mean of what was said, −1 to 1, old words counting less; None without any."""
    weights = [(fading(fact.day, half_life_days, as_of), fact.value) for fact in facts]
    total = math.fsum(weight for weight, _value in weights)
    if not total:
        return None
    mean = math.fsum(weight * value for weight, value in weights) / total
    return min(max(mean, -1.0), 1.0)


def period_end(grain: str, period: str) -> date:
    """Return the last day of a period that begins on ``period``."""
    first = date.fromisoformat(period)
    if grain in _GRAIN_MONTHS:
        return shift_months(first, _GRAIN_MONTHS[grain]) - timedelta(days=1)
    return first + timedelta(days=GRAIN_DAYS[grain] - 1)


def usage_series(figures: Iterable[UsageFigure], part: Part, as_of: date) -> list[UsageFigure]:
    """Return the figures of the part's series whose period is over, the oldest first.

    Where a metric is told in several grains, the one with the most figures speaks.
    """
    by_grain: dict[str, list[UsageFigure]] = {}
    wanted = (part.metric or "").casefold()
    for figure in figures:
        if figure.metric.casefold() == wanted and period_end(figure.grain, figure.period) <= as_of:
            by_grain.setdefault(figure.grain, []).append(figure)
    if not by_grain:
        return []
    best = max(by_grain, key=lambda grain: (len(by_grain[grain]), grain))
    return sorted(by_grain[best], key=lambda figure: (figure.period, figure.row_id))


def usage_value(figures: Iterable[UsageFigure], part: Part, as_of: date) -> float | None:
    """Return the latest figure, as it is or over the median of those before; None if unknown."""
    series = usage_series(figures, part, as_of)
    if not series:
        return None
    last = series[-1]
    end = period_end(last.grain, last.period)
    if (as_of - end).days >= STALE_PERIODS * GRAIN_DAYS[last.grain]:
        return None
    if part.against == "level":
        return max(last.value / 1_000_000, 0.0)
    before = [figure.value for figure in series[:-1]][-USAGE_BEFORE:]
    if len(before) < USAGE_LEAST:
        return None
    usual = median(before)
    if usual <= 0:
        return NEW_MONEY if last.value > 0 else None
    return max(last.value / usual, 0.0)
