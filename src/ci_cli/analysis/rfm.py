"""RFM scores in which equal customers get equal scores, whatever the order of the rows.

The usual quantile cut either loses levels or splits customers with the same frequency by the
order of the file. Here a score comes from the mid-rank of the *value*:

    score = ceil(bins × mid-rank / n),   mid-rank = (number of lower values) + (count + 1) / 2

where ``count`` is how many customers share the value (the "average" rank of statistics; Kendall,
*The treatment of ties in ranking problems*, 1945). Integers only, so no rounding can interfere. It
needs a histogram of values, not a sort of customers, and so can be computed by any SQL engine.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from ci_cli.columnar import Columnar, falls
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import MONEY_SCALE
from ci_cli.text import Msg, msg

MIN_BINS = 3
MAX_BINS = 10
DEFAULT_BINS = 5
_LARGEST_CUT = 10**14

Dimension = Literal["r", "f", "m"]
DIMENSIONS: tuple[Dimension, ...] = ("r", "f", "m")
Cuts = Mapping[Dimension, Sequence[int]]


class Values(NamedTuple):
    """What is scored: days since the last purchase, purchases, money in ten-thousandths."""

    recency: int
    frequency: int
    monetary: int


class Scores(NamedTuple):
    """1 (worst) to bins (best) in each dimension."""

    r: int
    f: int
    m: int


class Group(NamedTuple):
    """The customers that share a score; ``lowest`` and ``highest`` value are None when none do."""

    score: int
    lowest: int | None
    highest: int | None
    customers: int


@dataclass(frozen=True)
class Scale:
    """How one dimension was scored: the score of each value that occurs, and the groups."""

    groups: tuple[Group, ...]  # score 1 first
    values: Sequence[int] = field(repr=False)  # the worst first, one may come several times
    ends: Sequence[int] = field(repr=False)  # of each score: the place after its last value

    def group(self, score: int) -> Group:
        """Return the group that has ``score``."""
        return self.groups[score - 1]

    @cached_property
    def score_of(self) -> Mapping[int, int]:
        """The score of each value that occurs."""
        found: dict[int, int] = {}
        for score, (start, end) in enumerate(pairwise((0, *self.ends)), 1):
            found.update(dict.fromkeys(self.values[start:end], score))
        return found

    def scores(self, column: Sequence[int]) -> list[int]:
        """Return the scores of values that occur."""
        return list(map(self.score_of.__getitem__, column))

    def best_first(self) -> list[int]:
        """Return the score of every customer, the best first."""
        found: list[int] = []
        for group in reversed(self.groups):
            found += [group.score] * group.customers
        return found


class Scales(NamedTuple):
    """The three scales of one run."""

    r: Scale
    f: Scale
    m: Scale

    def scores(self, values: Values) -> Scores:
        """Return the scores of a customer whose values took part in building the scales."""
        return Scores(
            self.r.score_of[values.recency],
            self.f.score_of[values.frequency],
            self.m.score_of[values.monetary],
        )


def rank_scale(histogram: Mapping[int, int], bins: int, *, low_is_best: bool = False) -> Scale:
    """Score each value by its mid-rank (see the formula above).

    Args:
        histogram: how many customers have each value.
        bins: the highest score.
        low_is_best: rank from the highest value down, as for days since the last purchase.

    An empty histogram gives a scale without values; one customer alone scores ``bins``.
    """
    values = sorted(histogram, reverse=low_is_best)
    upto = [0, *accumulate(map(histogram.__getitem__, values))]
    total = upto[-1]

    def score(place: int) -> int:
        twice_mid_rank = upto[place] + upto[place + 1] + 1
        return -(-bins * twice_mid_rank // (2 * total))

    # scores rise with the values, so there are only the places to find at which they do
    ends = [bisect_right(range(len(values)), level, key=score) for level in range(1, bins + 1)]
    return _scale(values, upto, ends)


def ranked_scale(values: Sequence[int], bins: int) -> Scale:
    """Score values that stand in order, the lowest first; as :func:`rank_scale`, without counting.

    Args:
        values: one per customer.
        bins: the highest score.
    """
    total = len(values)

    def score(place: int) -> int:
        value = values[place]
        twice_mid_rank = bisect_left(values, value) + bisect_right(values, value) + 1
        return -(-bins * twice_mid_rank // (2 * total))

    ends = [bisect_right(range(total), level, key=score) for level in range(1, bins + 1)]
    return _scale(values, range(total + 1), ends)


def cut_scale(
    histogram: Mapping[int, int], cuts: Sequence[int], *, low_is_best: bool = False
) -> Scale:
    """Score each value by fixed limits: each cut is the last value of its group.

    Cuts 1, 2, 4, 8 make the groups "up to 1", "2", "3 to 4", "5 to 8" and "above 8": a value scores
    1 + the number of cuts below it. With ``low_is_best`` the first group scores highest.
    """
    values = sorted(histogram)
    ends = [*(bisect_right(values, cut) for cut in cuts), len(values)]
    if low_is_best:
        values.reverse()
        ends = [*(len(values) - end for end in reversed(ends[:-1])), len(values)]
    return _scale(values, [0, *accumulate(map(histogram.__getitem__, values))], ends)


def _scale(values: Sequence[int], upto: Sequence[int], ends: Sequence[int]) -> Scale:
    """Return the scale on which the score rises at certain places.

    Args:
        values: the worst first.
        upto: how many customers stand before each place.
        ends: the place after the last value of each score, score 1 first.
    """
    groups = []
    for score, (start, end) in enumerate(pairwise((0, *ends)), 1):
        lowest = highest = None
        if start < end:
            lowest, highest = sorted((values[start], values[end - 1]))
        groups.append(Group(score, lowest, highest, upto[end] - upto[start]))
    return Scale(tuple(groups), values, ends)


def scales(
    customers: Sequence[Values], bins: int = DEFAULT_BINS, cuts: Cuts | None = None
) -> Scales:
    """Build the three scales for ``customers``; recency scores high when it is short.

    Args:
        customers: one entry per scored customer.
        bins: 3 to 10.
        cuts: fixed limits for some dimensions, ``bins`` − 1 each, in the units of ``Values``; the
            others are ranked.

    Raises:
        CiError: ``bins-invalid`` or ``cuts-invalid``, exit 2.
    """
    check_bins(bins)
    fixed = dict(cuts or {})
    built = []
    columns = Columnar.of(Values, customers).columns
    for column, dimension in zip(columns, DIMENSIONS, strict=True):
        low_is_best = dimension == "r"
        if dimension in fixed:
            limits = check_cuts(dimension, fixed[dimension], bins)
            built.append(cut_scale(Counter(column), limits, low_is_best=low_is_best))
        elif dimension == "m" and falls(column):  # no two customers bring the same money
            built.append(ranked_scale(column[::-1], bins))
        else:
            built.append(rank_scale(Counter(column), bins, low_is_best=low_is_best))
    return Scales(*built)


def code(scores: Scores, bins: int = DEFAULT_BINS) -> str:
    """Return ``555``; with ten bins ``10-3-5``, where digits alone would be ambiguous."""
    return ("-" if bins > 9 else "").join(str(score) for score in scores)


class Means(NamedTuple):
    """Sums over the scored customers, kept whole so that "at or above the mean" is exact."""

    customers: int
    recency: int
    frequency: int
    monetary: int

    def cell(self, values: Values) -> str:
        """Return e.g. ``HLH``: recency, frequency, monetary high (at or above the mean) or low.

        A high recency is a recent one: at most the mean number of days.
        """
        high = (
            values.recency * self.customers <= self.recency,
            values.frequency * self.customers >= self.frequency,
            values.monetary * self.customers >= self.monetary,
        )
        return "".join("H" if is_high else "L" for is_high in high)


def means(customers: Sequence[Values]) -> Means:
    """Add up ``customers`` for the mean-based map."""
    return Means(len(customers), *map(sum, Columnar.of(Values, customers).columns))


def check_bins(bins: int) -> int:
    """Return ``bins`` when it is 3 to 10.

    Raises:
        CiError: ``bins-invalid``, exit 2.
    """
    if not MIN_BINS <= bins <= MAX_BINS:
        raise CiError(
            "bins-invalid",
            msg("{bins} score levels are not possible.", bins=bins),
            hint=msg("Choose --bins from {low} to {high}.", low=MIN_BINS, high=MAX_BINS),
            exit_code=ExitCode.DECIDE,
        )
    return bins


def check_cuts(dimension: str, cuts: Sequence[int], bins: int) -> Sequence[int]:
    """Return ``cuts`` when they rise and make exactly ``bins`` groups.

    Raises:
        CiError: ``cuts-invalid``, exit 2.
    """
    if any(high <= low for low, high in pairwise(cuts)):
        raise _bad_cuts(msg("The cuts of {dimension} do not rise.", dimension=dimension))
    if len(cuts) + 1 != bins:
        raise _bad_cuts(
            msg(
                "The cuts of {dimension} make {groups} groups, but there are {bins} score levels.",
                dimension=dimension,
                groups=len(cuts) + 1,
                bins=bins,
            )
        )
    return cuts


def parse_cuts(texts: Iterable[str], bins: int = DEFAULT_BINS) -> dict[Dimension, tuple[int, ...]]:
    """Read ``--cuts`` such as ``f=1,2,4,8``; see :func:`cut_scale` for what they mean.

    Args:
        texts: one per option given; r in days, f in purchases, m in currency units (decimals
            allowed; the result is in ten-thousandths).
        bins: the number of score levels; each dimension needs one cut fewer.

    Raises:
        CiError: ``cuts-invalid``, exit 2.
    """
    found: dict[Dimension, tuple[int, ...]] = {}
    for text in texts:
        match = re.fullmatch(r"\s*([rfm])\s*=(.*)", text, re.IGNORECASE | re.DOTALL)
        if match is None:
            raise _bad_cuts(msg("'{value}' is not a set of cuts.", value=text))
        dimension: Dimension = next(name for name in DIMENSIONS if name == match[1].lower())
        if dimension in found:
            raise _bad_cuts(msg("The cuts of {dimension} are given twice.", dimension=dimension))
        limits = tuple(_limit(part, dimension, text) for part in match[2].split(","))
        check_cuts(dimension, limits, bins)
        found[dimension] = limits
    return found


def _limit(part: str, dimension: Dimension, text: str) -> int:
    """Read one cut; money becomes ten-thousandths, the others must be whole."""
    try:
        number = Decimal(part.strip())
        if abs(number) > _LARGEST_CUT:
            raise ValueError(part)
        scaled = number * MONEY_SCALE if dimension == "m" else number
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(part)
    except (InvalidOperation, ValueError):
        raise _bad_cuts(
            msg("'{part}' in '{option}' is not a usable number.", part=part.strip(), option=text)
        ) from None
    return whole


def _bad_cuts(message: Msg) -> CiError:
    return CiError(
        "cuts-invalid",
        message,
        hint=msg(
            "Write the last value of each group, rising, for r (days), f (purchases) or m (money): "
            "--cuts f=1,2,4,8 makes the groups 1, 2, 3 to 4, 5 to 8 and above 8."
        ),
        exit_code=ExitCode.DECIDE,
    )
