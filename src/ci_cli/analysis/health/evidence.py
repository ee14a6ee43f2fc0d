"""Where the points come from: the records behind each part, whose points sum to the part's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.analysis.health.parts import (
    USAGE_BEFORE,
    fading,
    usage_series,
)
from ci_cli.analysis.health.profile import SOFT_PARTS, Part, Profile
from ci_cli.analysis.health.score import Health, apportion
from ci_cli.analysis.periods import shift_months
from ci_cli.shapes.health import HealthDetails, HealthOrder, HealthTalk, SoftFact, UsageFigure

_FINE = 1_000_000  # weights of records are whole numbers


class Evidence(NamedTuple):
    """One record, and how much of the part's points rest on it."""

    kind: str  # order, interaction, usage, or the table of a soft fact
    key: str  # order id, or the number of the row
    day: str
    what: str  # kept, late, open, the category …: a word of ours or of the file
    amount: int | None = None  # money of an order, millionths of a figure
    file: str | None = None
    line: int | None = None


class Traced(NamedTuple):
    """One record of one part with its points, hundredths."""

    part: str
    evidence: Evidence
    points: int


_Weighed = list[tuple[Evidence, int]]


def trace(health: Health, details: HealthDetails, as_of: date) -> list[Traced]:
    """Return the records behind every point; for each part they sum to its points exactly.

    A part that is known always has a record: where none earned anything (no order in the window),
    the last order stands there with what the part gives all the same.
    """
    tracer = _Tracer(health, details, as_of)
    found = []
    for one in health.parts:
        weighed = tracer.of(one.part) or tracer.last_order()
        shares = apportion(one.points, [weight for _evidence, weight in weighed])
        found += [
            Traced(one.part.key, evidence, points)
            for (evidence, _weight), points in zip(weighed, shares, strict=True)
        ]
    return found


class _Tracer:
    def __init__(self, health: Health, details: HealthDetails, as_of: date) -> None:
        self.profile: Profile = health.profile
        self.details = details
        self.as_of = as_of
        self.start = shift_months(as_of, -health.profile.months).isoformat()
        self.begin = shift_months(as_of, -2 * health.profile.months).isoformat()
        self.known: dict[str, Callable[[], _Weighed]] = {
            "recency": self._recency, "trend": self._trend, "breadth": self._breadth,
            "adoption": self._adoption, "promises": self._promises, "contact": self._contact,
            "support": self._support,
        }  # fmt: skip

    def of(self, part: Part) -> _Weighed:
        if part.metric is not None:
            return self._usage(part)
        if part.key in SOFT_PARTS:
            return self._soft(part.key)
        return self.known[part.key]()

    def last_order(self) -> _Weighed:
        return [(_order(one, "last"), 1) for one in self.details.orders[:1]]

    def _recency(self) -> _Weighed:
        bought = [one for one in self.details.orders if one.is_purchase]
        return [(_order(one, "last"), 1) for one in bought if one.day == bought[0].day]

    def _trend(self) -> _Weighed:
        return [
            (_order(one, "window" if one.day > self.start else "before"),
             one.net if one.day > self.start else 0)
            for one in self.details.orders
            if one.day > self.begin
        ]  # fmt: skip

    def _breadth(self) -> _Weighed:
        newest: dict[str, HealthOrder] = {}
        for one in self.details.orders:
            if one.day > self.start:
                for category in one.categories:
                    newest.setdefault(category, one)
        return [(_order(one, category), 1) for category, one in sorted(newest.items())]

    def _adoption(self) -> _Weighed:
        bought = [one for one in self.details.orders if one.has_flagship]
        return [(_order(one, "flagship"), 1) for one in bought[:1]]

    def _promises(self) -> _Weighed:
        found: _Weighed = []
        last = self.as_of.isoformat()
        for one in self.details.talks:
            if one.kind == "promise" and one.due is not None and self.start < one.due <= last:
                if one.closed is None:
                    found.append((_talk(one, "open"), 0))
                else:
                    on_time = one.closed <= one.due
                    found.append((_talk(one, "kept" if on_time else "late"), 1 + on_time))
        return found

    def _contact(self) -> _Weighed:
        met = [one for one in self.details.talks if one.reached_on is not None]
        last = max(met, key=lambda one: (one.reached_on or "", one.id), default=None)
        return [] if last is None else [(_talk(last, "reached", last.reached_on), 1)]

    def _support(self) -> _Weighed:
        recent = (self.as_of - timedelta(days=self.profile.support_days)).isoformat()
        asked = [one for one in self.details.talks if one.kind in ("request", "ticket")]
        now = [one for one in asked if one.day > recent]
        return [(_talk(one, "recent"), 1) for one in now] or [
            (_talk(one, "earlier"), 1) for one in asked[:1]
        ]

    def _soft(self, kind: str) -> _Weighed:
        found: _Weighed = []
        for fact in self.details.soft:
            weight = fading(fact.day, self.profile.half_life_days, self.as_of)
            if fact.kind == kind and weight:
                found.append((_soft(fact), round(_FINE * weight * (1 + fact.value) / 2)))
        return found

    def _usage(self, part: Part) -> _Weighed:
        series = usage_series(self.details.usage, part, self.as_of)
        if not series:
            return []
        found: _Weighed = [(_figure(series[-1], "latest"), 1)]
        if part.against == "own":
            found += [(_figure(one, "usual"), 0) for one in series[-2 : -2 - USAGE_BEFORE : -1]]
        return found


def _order(one: HealthOrder, what: str) -> Evidence:
    return Evidence("order", one.order, one.day, what, one.net, one.file, one.line)


def _talk(one: HealthTalk, what: str, day: str | None = None) -> Evidence:
    return Evidence("interaction", str(one.id), day or one.day, what)


def _soft(fact: SoftFact) -> Evidence:
    what = "good" if fact.value > 0 else "bad" if fact.value < 0 else "neutral"
    return Evidence(fact.table, str(fact.record_id), fact.day, fact.word or what)


def _figure(one: UsageFigure, what: str) -> Evidence:
    return Evidence("usage", str(one.row_id), one.period, what, one.value)


def shortened(traced: Sequence[Traced], most: int) -> list[tuple[Traced, int]]:
    """Return at most ``most`` records of each part; the last row stands for the rest of them.

    Returns:
        the record, and how many records it stands for (1: itself).
    """
    found: list[tuple[Traced, int]] = []
    for part in dict.fromkeys(one.part for one in traced):
        ours = [one for one in traced if one.part == part]
        if len(ours) <= most:
            found += [(one, 1) for one in ours]
            continue
        rest = ours[most - 1 :]
        found += [(one, 1) for one in ours[: most - 1]]
        amounts = [one.evidence.amount for one in rest if one.evidence.amount is not None]
        evidence = Evidence(
            rest[0].evidence.kind, "", rest[-1].evidence.day, "others",
            sum(amounts) if amounts else None,
        )  # fmt: skip
        found.append((Traced(part, evidence, sum(one.points for one in rest)), len(rest)))
    return found
