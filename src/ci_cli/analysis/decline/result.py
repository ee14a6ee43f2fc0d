"""What a verdict says: plain values that reports and state machines may hold without numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["alarm", "watch", "ok", "too new"]
Driver = Literal["buyers", "orders", "price", "revenue"]
Reason = Literal["", "short", "provisional", "no-sales", "many", "currency", "renamed"]

SHORTEST = 9  # months below which nothing is said
PROVISIONAL = 12  # months up to which a watch is the most that is said
PROVISIONAL_QUARTERS = 24  # the same where only quarters can be compared
RISK_MONTHS = 12  # that the money at risk looks ahead


@dataclass(frozen=True)
class Thresholds:
    """Scores from which on a category is watched, or alarms.

    ``of_report``: chosen so that all categories together raise as many false alarms as was asked
    for; otherwise each raises its own, and many categories are screened (``screening``).
    """

    alarm: float = -1.45
    watch: float = -2.10
    of_report: bool = False


@dataclass(frozen=True)
class Risk:
    """Money lost over the next twelve months, if it goes on like this, against before the decline.

    In the unit of the figures handed in; ``low`` and ``high`` bound four fifths of what is likely.
    """

    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class Verdict:
    """What is said of one category. Where nothing declines, the last four are None."""

    group: str
    label: str
    state: State
    score: float | None  # log odds of a decline; None: too short to say
    reason: Reason  # why the state is not more: see Reason
    months: int  # of history
    driver: Driver | None = None
    since: str | None = None  # first month of the decline
    monthly_rate: float | None = None  # change per month: -0.03 is 3 % less each month
    at_risk: Risk | None = None
