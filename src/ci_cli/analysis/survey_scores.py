"""What a survey says, and how far those who kept silent could change it.

Every measure is a mean of contributions ``v`` of single answers: of csat and value (1 to 5), 1 for
4 and 5 and 0 below ("top two boxes"); of renewal, 1 for the option that counts; of nps (0 to 10),
1 for 9 and 10, -1 for 0 to 6, else 0. From this follow

- raw: the mean over those who answered;
- weighted (post-stratified, Holt and Smith 1979): the mean in each group of those who were asked,
  weighted by the size of the group among those who were asked; groups in which nobody answered
  are left out of it, and the share of the others is said;
- worst and best: all silent ones are given the worst, or the best, contribution (Manski 1989).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

MIN_ANSWERS = 10  # fewer are no headline
_RANGE = {"csat": (0, 1), "value": (0, 1), "renewal": (0, 1), "nps": (-1, 1)}


class Score(NamedTuple):
    """One measure; all figures are fractions (0.5 is 50), None below ``MIN_ANSWERS``."""

    measure: str
    question: str
    n: int  # answers
    invited: int
    rate: float | None  # n / invited
    raw: float | None
    weighted: dict[str, float | None]  # by dimension
    covered: dict[str, float]  # by dimension: share of the asked in groups with an answer
    worst: float | None
    best: float | None


class Group(NamedTuple):
    """Who answered, of one group of those who were asked."""

    dimension: str
    group: str
    invited: int
    answered: int


def contribution(measure: str, answer: int | str, counts: str | None = None) -> int:
    """Return what one answer adds: a rating on its scale, or the key of an option."""
    if measure == "renewal":
        return int(answer == counts)
    rating = int(answer)
    if measure == "nps":
        return 1 if rating >= 9 else -1 if rating <= 6 else 0
    return int(rating >= 4)


def score(
    measure: str,
    question: str,
    answers: Mapping[str, int],
    groups: Mapping[str, Mapping[str, str]],
    invited: int,
) -> Score:
    """Return raw, weighted, worst and best of one measure.

    Args:
        measure: csat, nps, value or renewal.
        question: its id.
        answers: contribution of each respondent who answered.
        groups: dimension -> respondent -> group, for everybody who was asked.
        invited: how many were asked.
    """
    n = len(answers)
    rate = n / invited if invited else None
    if n < MIN_ANSWERS:
        none = dict.fromkeys(groups)
        return Score(measure, question, n, invited, rate, None, none, {}, None, None)
    total = sum(answers.values())
    low, high = _RANGE[measure]
    silent = invited - n
    weighted, covered = {}, {}
    for dimension, group_of in groups.items():
        weighted[dimension], covered[dimension] = _weighted(answers, group_of)
    return Score(
        measure, question, n, invited, rate, total / n, weighted, covered,
        (total + low * silent) / invited, (total + high * silent) / invited,
    )  # fmt: skip


def _weighted(
    answers: Mapping[str, int], group_of: Mapping[str, str]
) -> tuple[float | None, float]:
    sizes = Counter(group_of.values())
    sums: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for respondent, value in answers.items():
        sums[group_of[respondent]] += value
        numbers[group_of[respondent]] += 1
    covered = sum(sizes[group] for group in numbers)
    if not covered:
        return None, 0.0
    mean = sum(sizes[group] * sums[group] / numbers[group] for group in numbers) / covered
    return mean, covered / sum(sizes.values())


def who_answered(groups: Mapping[str, Mapping[str, str]], answered: set[str]) -> list[Group]:
    """Return each group of each dimension, the largest first, with who of it answered."""
    found = []
    for dimension, group_of in groups.items():
        asked = Counter(group_of.values())
        told = Counter(group for respondent, group in group_of.items() if respondent in answered)
        found += [
            Group(dimension, group, number, told[group])
            for group, number in sorted(asked.items(), key=lambda item: (-item[1], item[0]))
        ]
    return found


def revenue_bands(revenue: Mapping[str, int]) -> dict[str, str]:
    """Return the third of those with revenue that each one is in: high, middle, low; or none."""
    amounts = sorted((amount for amount in revenue.values() if amount > 0), reverse=True)
    if not amounts:
        return dict.fromkeys(revenue, "none")
    high = amounts[(len(amounts) - 1) // 3]
    middle = amounts[(2 * len(amounts) - 1) // 3]
    return {
        name: "none" if amount <= 0 else "high" if amount >= high
        else "middle" if amount >= middle else "low"
        for name, amount in revenue.items()
    }  # fmt: skip


def tenure_band(days: int | None) -> str:
    """Return how long somebody has been a customer; None: never bought."""
    if days is None:
        return "never_bought"
    return "under_1y" if days < 365 else "1y_to_3y" if days < 3 * 365 else "over_3y"
