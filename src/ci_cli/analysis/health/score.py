"""From values to points: 0 to 100, hard and soft apart, and how much of the profile is known.

    points of a part = 100 × weight × score / sum of the weights that are known

The score is rounded to hundredths and split among the parts so that they add up to it exactly.
What is not known lowers the coverage, never the score.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from ci_cli.analysis.health.parts import Measure, Measures
from ci_cli.analysis.health.profile import Part, Profile, Profiles
from ci_cli.shapes.health import HealthBase
from ci_cli.shapes.trade import CustomerPurchases

FULL = 10_000  # hundredths of a point
CONFIDENT = 60  # percent of the weights; below, the band is a guess and the report says so


class PartScore(NamedTuple):
    """One part of one customer."""

    part: Part
    measure: Measure
    score: float  # 0 to 1
    points: int  # hundredths
    possible: int  # hundredths that the part could have given


@dataclass(frozen=True, slots=True)
class Health:
    """One customer judged by one profile; scores in hundredths of a point, None: nothing known."""

    row: CustomerPurchases
    profile: Profile
    parts: tuple[PartScore, ...]
    missing: tuple[str, ...]  # keys of parts that are not known
    score: int | None
    hard: int | None
    soft: int | None
    coverage: int  # percent of the weights

    @property
    def band(self) -> str | None:
        """Red, amber or green."""
        return None if self.score is None else self.profile.band(self.score)

    @property
    def gap(self) -> int | None:
        """Soft less hard: below 0 they feel worse than they buy."""
        return None if self.hard is None or self.soft is None else self.soft - self.hard


def health_of(
    row: CustomerPurchases, measures: Mapping[str, Measure | None], profile: Profile
) -> Health:
    """Judge one customer.

    Args:
        row: the customer.
        measures: value of each part of the profile, None where it is not known.
        profile: what counts how much.
    """
    known: list[tuple[Part, Measure, float]] = []
    for part in profile.parts:
        measure = measures[part.key]
        if measure is not None:
            known.append((part, measure, part_score(part, measure, profile)))
    total = sum(part.weight for part, _measure, _score in known)
    earned = [part.weight * score for part, _measure, score in known]
    health = round(FULL * sum(earned) / total) if known else None
    points = apportion(health or 0, [round(value * 1e9) for value in earned])
    scored = tuple(
        PartScore(part, measure, score, points[position], round(FULL * part.weight / total))
        for position, (part, measure, score) in enumerate(known)
    )
    return Health(
        row,
        profile,
        scored,
        tuple(part.key for part in profile.parts if measures[part.key] is None),
        health,
        _family(known, "hard"),
        _family(known, "soft"),
        total,
    )


def part_score(part: Part, measure: Measure, profile: Profile) -> float:
    """Return the score of a value by the part's curve.

    Asking for support reads the other way round where it is negative, or where it soars.
    """
    score = part.curve.at(measure.value)
    if part.key == "support":
        if profile.polarity == "negative":
            return 0.0 if measure.is_spike else 1 - score
        if measure.is_spike:
            return 1 - score
    return score


def _family(known: Sequence[tuple[Part, Measure, float]], family: str) -> int | None:
    ours = [(part.weight, score) for part, _measure, score in known if part.family == family]
    total = sum(weight for weight, _score in ours)
    return round(FULL * sum(weight * score for weight, score in ours) / total) if total else None


def judge(bases: Mapping[str, HealthBase], profiles: Profiles) -> list[Health]:
    """Judge every customer by its profile; the least healthy first, unknown ones last.

    Args:
        bases: facts by the key of the profile that asked for them.
        profiles: who is judged by what.
    """
    measures = {key: Measures(base) for key, base in bases.items()}
    rows = {key: {row.customer_id: row for row in base.purchases} for key, base in bases.items()}
    found = []
    for row in bases[profiles.default.key].purchases:
        profile = profiles.of(row.industry)
        own = rows[profile.key][row.customer_id]
        found.append(health_of(own, measures[profile.key].of(own, profile), profile))
    found.sort(key=order)
    return found


def order(one: Health) -> tuple[bool, int, int, int]:
    """Sort by score, then most money first."""
    return (one.score is None, one.score or 0, -one.row.net, one.row.customer_id)


def apportion(total: int, shares: Iterable[int]) -> list[int]:
    """Split a whole number in proportion to ``shares`` so that the parts sum to it exactly.

    Largest remainder. Shares may be negative (a return among orders); where they do not sum to
    more than zero, all count alike.
    """
    wanted = list(shares)
    if sum(wanted) <= 0:
        wanted = [1] * len(wanted)
    whole = sum(wanted)
    exact = [Fraction(total * share, whole) for share in wanted]
    found = [value.__floor__() for value in exact]
    rest = total - sum(found)
    by_remainder = sorted(range(len(wanted)), key=lambda i: (found[i] - exact[i], i))
    for index in by_remainder[:rest]:
        found[index] += 1
    return found
