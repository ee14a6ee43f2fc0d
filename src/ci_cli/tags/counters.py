"""Counts of a customer's interactions that tests ask for, all kept in one pass.

Support is good news and silence is the risk, so asking often is no fault; only far more than the
customer's own usual is. ``above_normal`` compares a period with the year before it, of that same
customer, and says nothing where it is known for less than two such periods.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.shapes.talks import NO_CONTACT
from ci_cli.tags.language import ABOVE_NORMAL, Chosen, Question

YEAR = 364  # days: whole weeks, so that no weekday counts once more than another
FEWEST = 3  # a period with fewer is never above normal
_EVER = "0000-00-00"


class Counter(NamedTuple):
    """Which interactions are counted: what they are, in which days, and with which words."""

    chosen: Chosen
    first: str
    last: str
    text: Question | None

    def takes(self, combination: tuple[str, str | None, str | None]) -> bool:
        """Tell whether interactions of a kind, outcome and direction are counted."""
        kind, outcome, direction = combination
        wanted = self.chosen
        if not wanted.kinds and kind in NO_CONTACT:
            return False
        return all(
            not words or value in words
            for words, value in (
                (wanted.kinds, kind), (wanted.outcomes, outcome), (wanted.directions, direction),
            )
        )  # fmt: skip


def counters_of(test: Question, on: date) -> tuple[Counter, ...]:
    """Return what has to be counted for a test, seen from the day ``on``.

    For ``above_normal`` also the year before the period, and the first contact ever.
    """
    chosen, last = test.chosen, on.isoformat()
    text = test if test.name == "contacts.text" else None
    since = _EVER if chosen.within is None else first_day(on, chosen.within)
    bare = chosen if chosen.within is None else Chosen(chosen.kinds, chosen.outcomes,
                                                       chosen.directions)  # fmt: skip
    now = Counter(bare, since, last, text)
    if test.op != ABOVE_NORMAL or chosen.within is None:
        return (now,)
    before = on - timedelta(days=chosen.within)
    earlier = Counter(bare, first_day(before, YEAR), before.isoformat(), None)
    return (now, earlier)


def first_day(last: date, days: int) -> str:
    """Return the first of ``days`` days that end with ``last``."""
    try:
        return (last - timedelta(days=days - 1)).isoformat()
    except OverflowError:
        return _EVER


def is_above_normal(
    test: Question, now: int, earlier: int, first_contact: str | None, on: date
) -> bool:
    """Tell whether a customer was in contact far more than is usual for it.

    Args:
        test: with the factor as its value and the period as ``within``.
        now: contacts in the period.
        earlier: contacts in the year before it.
        first_contact: day of the first contact of any kind.
        on: last day of the period.
    """
    period = test.chosen.within or 0
    if first_contact is None or now < FEWEST:
        return False
    known = (on - date.fromisoformat(first_contact)).days + 1 - period
    if known < 2 * period:
        return False
    usual = earlier * period / min(known, YEAR)
    return now > float(test.value) * usual
