"""The early warning proved on the user's own months: false alarms, lead, and limits to choose.

Three things are replayed together, month by month and without a look ahead: the real months, months
made from them in which nothing declines (``controls``), and real months with a decline put in
(``injected``). What is raised on the second kind is false by construction; of what is raised on
the first kind it is told afterwards whether a decline followed (``hindsight``).

A limit for so many false alarms a year has to keep to them on both: on the made months, which are
many, so that seldom things can be counted; and on the real ones, which are few but know what no
made month does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline import hindsight, screening
from ci_cli.analysis.decline.backtest_result import (
    MOST_ALARMED,
    MOST_WATCHED,
    Alarm,
    Backtest,
    Choice,
    Past,
    Raised,
    Seen,
)
from ci_cli.analysis.decline.controls import controls
from ci_cli.analysis.decline.histories import Ledger, Rows, stacked
from ci_cli.analysis.decline.injected import (
    FAULTS,
    KNOWN_SHARE,
    LEAVING,
    WATCHED,
    Fault,
    Start,
    injected,
    starts,
)
from ci_cli.analysis.decline.limit_grid import GAP, GRID, drawn_on, first_from
from ci_cli.analysis.decline.replay import Replay, replay
from ci_cli.analysis.decline.result import PROVISIONAL, Thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:
    Floats = Flags = Any

SEED = 20260601  # the same store gives the same figures
MADE_MONTHS = 10_000  # of groups without a decline, as far as one history of each goes
MOST_MADE = 200  # histories of each group
INJECTED = 100  # beginnings of each kind of decline
LEAD_MONTHS = 18  # in which a real decline should be seen
WATCH_SHARE = 5.0  # watches for one alarm: what the limits that are built in give
USUAL_CHOICES = (0.5, 1.0, 2.0, 4.0, 8.0)
_LOOKED_AT = -2.5  # score from which another name is looked for
_LEAST_MADE = 600  # months of groups without a decline, to choose limits by
_YEAR = 12


@dataclass(frozen=True)
class Material:
    """The months of one currency.

    ``unsettled`` (G + 1, T), the last for the company, tells where nothing can be said because the
    currency changed; ``renamed`` tells, of a group, the index of a month and that of the beginning
    of a decline, whether the products only have another name.
    """

    categories: Ledger
    rows: Rows  # of the categories
    total: Ledger  # the company as one group
    months: Sequence[str]
    steps: Sequence[int]  # indices of the months to replay, T of them
    unsettled: Flags | None = None
    renamed: Callable[[str, int, int], bool] = lambda _group, _month, _since: False


@dataclass(frozen=True)
class _Part:
    """Some groups of a replay; reports are what was looked at as a whole, one after the other."""

    replay: Replay
    reports: int
    table: Ledger
    kind: str  # category or total


def work(material: Material) -> int:
    """Return about how many months of groups will be judged."""
    groups = len(material.categories.groups) + 1
    made = groups * len(material.steps) * (1 + _number(material))
    return made + WATCHED * INJECTED * (len(FAULTS) + 1)


def backtest(
    material: Material,
    limits: Thresholds,
    asked: float | None = None,
    advance: Callable[[int], None] = lambda _months: None,
) -> Backtest:
    """Replay one currency.

    Args:
        material: its months.
        limits: in use.
        asked: false alarms a year that the whole report may raise; None: only measure.
        advance: told how many months of groups were judged.
    """
    return _Bench(material, limits, advance).told(asked)


def _number(material: Material) -> int:
    groups = len(material.categories.groups) + 1
    wanted = MADE_MONTHS / max(groups * len(material.steps), 1)
    return int(min(max(round(wanted), 1), MOST_MADE))


class _Bench:
    """What was replayed, and questions to it."""

    def __init__(
        self, material: Material, limits: Thresholds, advance: Callable[[int], None]
    ) -> None:
        self.material, self.limits = material, limits
        rng = np.random.default_rng(SEED)
        number = _number(material)
        some, total = material.categories, material.total
        made, made_total = controls(some, number, rng), controls(total, number, rng)
        begins = starts(some, material.steps, PROVISIONAL, INJECTED)
        faults = self._faults(begins)
        broken = [injected(some, material.rows, fault, those, rng) for fault, those in faults]
        tables = [some, total, made, made_total, *broken]
        steps = np.array(material.steps)
        wanted = np.ones((sum(len(table.groups) for table in tables), len(steps)), dtype=bool)
        ends = np.cumsum([0, *(len(table.groups) for table in tables)])
        for (_fault, those), first in zip(faults, ends[4:], strict=False):
            for row, start in enumerate(those, start=first):
                wanted[row] = (steps >= start.month) & (steps < start.month + WATCHED)
        found = replay(stacked(tables), material.months, material.steps, wanted, advance)
        parts = [found.part(a, b) for a, b in pairwise(ends)]
        self._settle(parts[0], parts[1])
        self.real = [_Part(parts[0], 1, some, "category"), _Part(parts[1], 1, total, "total")]
        self.made = [
            _Part(parts[2], number, made, "category"), _Part(parts[3], number, made_total, "total"),
        ]  # fmt: skip
        self.broken = list(zip(faults, parts[4:], strict=True))
        self.years = max(len(steps) - 1, 1) / _YEAR  # the first month only says what stood before

    def _settle(self, categories: Replay, total: Replay) -> None:
        """Leave out of the real months what the early warning explains in another way."""
        material = self.material
        if material.unsettled is not None:
            for found, flags in (
                (categories, material.unsettled[:-1]),
                (total, material.unsettled[-1:]),
            ):
                found.live[flags] = found.ready[flags] = False
        doubtful = categories.live & (categories.score >= min(self.limits.watch, _LOOKED_AT))
        for row, column in np.argwhere(doubtful & (categories.since >= 0)):
            group, month = material.categories.groups[row], material.steps[column]
            if material.renamed(group, month, int(categories.since[row, column])):
                categories.live[row, column] = categories.ready[row, column] = False

    def _faults(self, begins: Sequence[Start]) -> list[tuple[Fault, Sequence[Start]]]:
        some = self.material.categories
        known = some.told.sum(axis=1) >= KNOWN_SHARE * np.maximum(some.orders.sum(axis=1), 1)
        named = [start for start in begins if known[start.group]]
        found: list[tuple[Fault, Sequence[Start]]] = [(fault, begins) for fault in FAULTS]
        return [*found, (LEAVING, named)] if named else found

    def told(self, asked: float | None) -> Backtest:
        """Return all answers."""
        enough = sum(int(part.replay.ready[:, 1:].sum()) for part in self.made) >= _LEAST_MADE
        choices = [self._choice(number) for number in USUAL_CHOICES if enough]
        mine = None if asked is None or not enough else self._choice(asked)
        uses = [("in use", self.limits)]
        if mine is not None:
            uses.append(("asked", Thresholds(mine.alarm, mine.watch, of_report=True)))
        raised = [
            self._raised(method, name, limits) for name, limits in uses
            for method in ("alarm", "watch")
        ]  # fmt: skip
        rules = list(self.real[0].replay.rules)
        raised += [self._raised(rule, "", self.limits) for rule in rules]
        seen = [
            self._seen(method, name, limits, *one) for one in self.broken if one[0][1]
            for method, name, limits in [
                *(("alarm", name, limits) for name, limits in uses),
                *((rule, "", self.limits) for rule in rules),
            ]
        ]  # fmt: skip
        last = uses[-1][1]
        return Backtest(
            [self.material.months[step] for step in self.material.steps],
            len(self.material.categories.groups),
            sum(float(part.replay.ready[:, 1:].sum()) for part in self.real) / _YEAR,
            self.made[0].reports * self.years,
            self.limits,
            mine,
            raised,
            self._warnings("alarm", last),
            self._past(last),
            seen,
            choices,
        )

    def _flags(self, part: _Part, method: str, limits: Thresholds) -> tuple[Flags, Flags]:
        """Return where a method warns, and where its warning is over."""
        found = part.replay
        if method in found.rules:
            on = found.rules[method] & found.ready
            return on, ~on
        watch = found.live & (found.score >= limits.watch)
        if method == "watch":
            return watch, ~watch
        on = found.ready & (found.score >= limits.alarm)
        if not limits.of_report and part.kind == "category":
            on &= _screened(found, part.reports)
        return on, ~(watch | on)

    def _opened(self, part: _Part, method: str, limits: Thresholds) -> Flags:
        return hindsight.opened(*self._flags(part, method, limits))

    def _warnings(self, method: str, limits: Thresholds) -> list[Alarm]:
        """Return what would have been raised on real months, and what became of it."""
        found = []
        for part in self.real:
            for row, column in np.argwhere(self._opened(part, method, limits)):
                month = self.material.steps[column]
                since = int(part.replay.since[row, column])
                if method in part.replay.rules or since < 0:
                    since = month - 2  # what the rules compare begins a quarter ago
                begins = int(part.table.begins[row])
                became = hindsight.followed(part.table.net[row], begins, month, since)
                found.append(
                    Alarm(
                        part.kind, part.table.labels[row], self.material.months[month],
                        float(part.replay.score[row, column]), self.material.months[since], became,
                    )
                )  # fmt: skip
        return sorted(found, key=lambda alarm: (alarm.month, alarm.kind, alarm.label))

    def _became(self, method: str, limits: Thresholds) -> Counter[str]:
        return Counter(alarm.became for alarm in self._warnings(method, limits))

    def _made_rate(self, method: str, limits: Thresholds) -> float:
        """Return false warnings of the whole report a year, on months without a decline."""
        number = sum(int(self._opened(part, method, limits).sum()) for part in self.made)
        return number / (self.made[0].reports * self.years)

    def _raised(self, method: str, name: str, limits: Thresholds) -> Raised:
        ready = sum(float(part.replay.ready[:, 1:].sum()) for part in self.made) / _YEAR
        real = sum(float(part.replay.ready[:, 1:].sum()) for part in self.real) / _YEAR
        made = self._made_rate(method, limits) * self.made[0].reports * self.years
        counts = self._became(method, limits)
        score = {"alarm": limits.alarm, "watch": limits.watch}.get(method)
        return Raised(
            method, name, score, made / max(ready, 1 / _YEAR), counts.total(),
            counts["decline"], counts["none"], counts["recent"],
            counts["none"] / max(real, 1 / _YEAR),
        )  # fmt: skip

    def _choice(self, asked: float) -> Choice:
        """Return the limits that keep to so many false alarms a year of the whole report."""
        alarms = self._rates("alarm")
        lowest = first_from(self._standing("ready") <= MOST_ALARMED)
        at = max(first_from(alarms <= asked), lowest)
        while at < len(GRID) - 1 and self._real_rate(float(GRID[at])) > asked:
            at += 1
        alarm = float(GRID[at])
        watches = self._rates("watch")
        seldom = first_from(self._standing("live") <= MOST_WATCHED)
        wanted = max(first_from(watches <= WATCH_SHARE * asked), seldom)
        watch = min(float(GRID[wanted]), alarm)
        limits = Thresholds(alarm, watch, of_report=True)
        slides = [one for one in self.broken if one[0][0] == FAULTS[1] and one[0][1]]
        seen = self._seen("alarm", "", limits, *slides[0]) if slides else None
        return Choice(
            asked, alarm, watch, float(alarms[at]), self._real_rate(alarm),
            seen.median if seen else None, seen.within if seen else None, at == lowest,
        )  # fmt: skip

    def _standing(self, possible: str) -> Floats:
        """Return for every limit of the grid which share of made months reaches it."""
        scores = np.sort(
            np.concatenate([p.replay.score[getattr(p.replay, possible)] for p in self.made])
        )
        below = np.searchsorted(scores, GRID - 1e-9)
        shares: Floats = 1 - below / max(len(scores), 1)
        return shares

    def _real_rate(self, alarm: float) -> float:
        limits = Thresholds(alarm, alarm - GAP, of_report=True)
        return self._became("alarm", limits)["none"] / self.years

    def _rates(self, method: str) -> Floats:
        """Return false warnings a year on made months for every limit of the grid.

        Where too few are left to be counted, their logarithm goes on falling in a straight line, as
        it does before (an exponential tail, as in counting peaks over a threshold).
        """
        known = self.__dict__.setdefault("_known_rates", {})
        if method not in known:
            rates = np.array([
                self._made_rate(method, Thresholds(
                    score, score - GAP if method == "alarm" else score, of_report=True
                ))
                for score in map(float, GRID)
            ])  # fmt: skip
            known[method] = drawn_on(rates, self.made[0].reports * self.years)
        rates_known: Floats = known[method]
        return rates_known

    def _seen(
        self, method: str, name: str, limits: Thresholds,
        what: tuple[Fault, Sequence[Start]], found: Replay,
    ) -> Seen:  # fmt: skip
        fault, begins = what
        steps = list(self.material.steps)
        on = found.rules[method] if method in found.rules else (
            found.ready & (found.score >= limits.alarm)
        )  # fmt: skip
        if method == "alarm" and not limits.of_report:
            on = on & self._screened_alone(found, begins, on)
        delays = [
            _delay(on[row], steps.index(start.month), WATCHED) for row, start in enumerate(begins)
        ]
        median = float(np.median([99 if one is None else one for one in delays]))
        within = sum(one is not None for one in delays) / len(delays)
        return Seen(
            method, name, fault.kind, fault.size, len(delays),
            median if median <= WATCHED else None, within,
        )  # fmt: skip

    def _screened_alone(self, found: Replay, begins: Sequence[Start], on: Flags) -> Flags:
        """Tell where an alarm holds its own among the other categories of its month."""
        passed = np.ones_like(on)
        real = self.real[0].replay
        if len(real.score) <= screening.MANY:
            return passed
        for row, column in np.argwhere(on):
            scores = real.score[:, column].copy()
            scores[begins[row].group] = found.score[row, column]
            passed[row, column] = _holds(scores)[begins[row].group]
        return passed

    def _past(self, limits: Thresholds) -> list[Past]:
        found = []
        steps = list(self.material.steps)
        for part in self.real:
            on, _off = self._flags(part, "alarm", limits)
            label = part.table.labels
            for one in hindsight.declines(part.table.net, part.table.begins, steps):
                column = steps.index(one.month)
                found.append(
                    Past(
                        part.kind, label[one.group], self.material.months[one.month], one.loss,
                        _delay(on[one.group], column, LEAD_MONTHS),
                        {
                            rule: _delay(flags[one.group], column, LEAD_MONTHS)
                            for rule, flags in part.replay.rules.items()
                        },
                    )
                )  # fmt: skip
        return sorted(found, key=lambda past: (past.month, past.kind, past.label))


def _delay(on: Flags, column: int, most: int) -> int | None:
    """Return the months from a beginning to the first warning, the first month counted as 1."""
    hits = np.flatnonzero(on[column : column + most])
    return int(hits[0]) + 1 if len(hits) else None


def _screened(found: Replay, reports: int) -> Flags:
    """Tell where alarms hold their own among all categories of their report and month."""
    groups = len(found.score) // max(reports, 1)
    passed = np.ones_like(found.ready)
    if groups <= screening.MANY:
        return passed
    for report in range(reports):
        rows = slice(report * groups, (report + 1) * groups)
        for column in range(found.score.shape[1]):
            passed[rows, column] = _holds(found.score[rows, column])
    return passed


def _holds(scores: Floats) -> list[bool]:
    return screening.holds([screening.p_value(float(score)) for score in scores])
