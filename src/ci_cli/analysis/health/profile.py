"""What counts in the health of a customer, and how much: the parts, their curves, the bands.

A part takes one number and gives a score from 0 (bad) to 1 (good) by its curve, straight lines
between stated points and level beyond the last one. What the number is:

============  =======  =========================================================================
part          family   value
============  =======  =========================================================================
recency       hard     days silent / the customer's own usual gap (``analysis.cadence``)
trend         hard     revenue of the window / revenue of the window before it
breadth       hard     categories bought in the window / the median of customers who bought in it
adoption      hard     of the flagship: 1 bought in the window, 0.5 before it, 0 never
promises      hard     promises due in the window: kept on time 1, kept late 0.5, open 0; the mean
contact       hard     days since the last contact that came about / ``contact_days``
support       hard     requests and tickets of ``support_days`` / what is normal for the customer
attitude      soft     attitudes and rivals that people noted, −1 to 1, the mean, old notes fading
answers       soft     survey answers, ratings, praise, complaints, returns named, likewise
tags          soft     behaviours by polarity and strength, likewise
calls         soft     calls that came about +1, refused −1, likewise
turnaround    soft     how soon requests were settled: at once +1, after 14 days −1, likewise
metrics       either   latest figure of a usage series, as it is or / the median of those before
============  =======  =========================================================================
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Family = Literal["hard", "soft"]
HARD_PARTS = ("recency", "trend", "breadth", "adoption", "promises", "contact", "support")
SOFT_PARTS = ("attitude", "answers", "tags", "calls", "turnaround")
# values have a lowest and, some, a highest one: a curve must say what both of them are worth
RANGES: Mapping[str, tuple[float, float | None]] = {
    "recency": (0, None), "trend": (0, None), "breadth": (0, None), "adoption": (0, 1),
    "promises": (0, 1), "contact": (0, None), "support": (0, None),
    **dict.fromkeys(SOFT_PARTS, (-1, 1)),
}  # fmt: skip
METRIC_RANGE = (0.0, None)
BANDS = ("red", "amber", "green")


@dataclass(frozen=True)
class Curve:
    """Straight lines between points (value, score); level before the first and after the last."""

    points: tuple[tuple[float, float], ...]

    def at(self, value: float) -> float:
        """Return the score of a value, 0 to 1."""
        position = bisect_right(self.points, value, key=lambda point: point[0])
        if position == 0:
            return self.points[0][1]
        if position == len(self.points):
            return self.points[-1][1]
        (x0, y0), (x1, y1) = self.points[position - 1], self.points[position]
        return y0 + (y1 - y0) * (value - x0) / (x1 - x0)


@dataclass(frozen=True)
class Part:
    """One input of the score; ``weight`` is in percent of the whole."""

    key: str
    family: Family
    weight: int
    curve: Curve
    metric: str | None = None  # name of the usage series; None: one of the known parts
    against: Literal["own", "level"] = "own"  # of a metric: / its own median, or as it is


@dataclass(frozen=True)
class Profile:
    """How the customers of an industry are judged; the weights of its parts sum to 100."""

    key: str
    parts: tuple[Part, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    industries: tuple[str, ...] = ()  # that it is for, unless another profile is asked for
    months: int = 12  # of the window
    contact_days: int = 90
    support_days: int = 90
    polarity: Literal["positive", "negative"] = "positive"  # of asking for support
    half_life_days: int = 180  # of what somebody said
    flagship: tuple[str, ...] = ()  # products or categories
    amber_from: int = 40  # points
    green_from: int = 70

    def band(self, score: int) -> str:
        """Return the band of a score in hundredths of a point."""
        return BANDS[(score >= self.amber_from * 100) + (score >= self.green_from * 100)]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The usage series that the profile looks at."""
        return tuple(sorted({part.metric for part in self.parts if part.metric is not None}))


@dataclass(frozen=True)
class Profiles:
    """Which profile judges whom: exactly one each."""

    default: Profile
    others: tuple[Profile, ...] = ()

    def of(self, industry: str | None) -> Profile:
        """Return the first profile that names the industry, else the default one."""
        wanted = (industry or "").strip().casefold()
        for profile in self.others:
            if wanted and wanted in profile.industries:
                return profile
        return self.default

    @property
    def all(self) -> tuple[Profile, ...]:
        """The default profile and the others."""
        return (self.default, *self.others)
