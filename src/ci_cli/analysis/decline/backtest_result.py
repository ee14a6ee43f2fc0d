"""What a backtest says: plain values that reports and the store may hold without numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ci_cli.analysis.decline.result import Thresholds

MOST_ALARMED = 0.05  # share of months without a decline whose score may reach the alarm
MOST_WATCHED = 0.15  # and the watch: limits that are reached all the time say nothing


class Raised(NamedTuple):
    """How often one method warned, and how often wrongly.

    ``method``: alarm or watch of the early warning, or a rule of the standard report. ``limits``:
    "in use" or "asked" for the early warning, else "". Warnings count when they are raised; one
    that goes on is not counted again.
    """

    method: str
    limits: str
    score: float | None
    made: float  # false ones per category-year, on histories made without a decline
    raised: int  # on the real months
    real: int  # of these: a decline followed
    false: int  # none followed
    recent: int  # too early to tell
    wrong: float  # false ones per category-year on the real months


class Seen(NamedTuple):
    """How soon one method saw declines that were put into real months."""

    method: str
    limits: str
    fault: str  # slide, drop or attrition
    size: float
    tried: int
    median: float | None  # months, the first of the decline is 1; None: more than half unseen
    within: float  # share seen within twelve


class Past(NamedTuple):
    """A decline that history really holds, and when each method warned of it."""

    kind: str  # category or total
    label: str
    month: str  # the first of the decline
    loss: float  # of the year from then on: 0.3 is 30 %
    alarm: int | None  # months to the alarm, the first of the decline is 1; None: not in time
    rules: Mapping[str, int | None]


class Alarm(NamedTuple):
    """An alarm that the real months would have raised, and what became of it."""

    kind: str  # category or total
    label: str
    month: str  # after which it would have been raised
    score: float
    since: str  # the first month of the decline that it saw
    became: str  # decline, none or recent


class Choice(NamedTuple):
    """What a number of false alarms a year costs in delay."""

    asked: float  # false alarms a year of the whole report
    alarm: float
    watch: float
    made: float  # false alarms a year that the made histories show at this score
    false: float  # and the real months
    median: float | None  # months to see a slide of 5 % a month
    within: float | None
    lowest: bool  # a lower limit would have categories alarm all the time


@dataclass(frozen=True)
class Backtest:
    """All that a replay of one currency shows; without months nothing could be replayed."""

    months: Sequence[str]  # replayed
    categories: int
    ready: float  # category-years in which an alarm was possible, the company as a whole included
    made_years: float  # years of the whole report in the made histories
    limits: Thresholds
    asked: Choice | None
    raised: Sequence[Raised]
    alarms: Sequence[Alarm]
    past: Sequence[Past]
    seen: Sequence[Seen]
    choices: Sequence[Choice]
