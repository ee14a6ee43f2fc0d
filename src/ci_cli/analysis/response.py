"""How fast alarms and customers in the red are answered: the share that had an action in a week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

DAYS = 7


class Response(NamedTuple):
    """What became of alarms; ``counted`` are those that had their week, or an action already."""

    with_action: int
    in_time: int
    counted: int

    @property
    def share(self) -> float | None:
        """Return the share of alarms that were answered in time; None where none is due yet."""
        return self.in_time / self.counted if self.counted else None


class Look(NamedTuple):
    """What a saved health run said of one customer."""

    customer_id: int
    as_of: str  # the day that the run speaks for
    seen: str  # the day on which it was saved
    is_red: bool


class Step(NamedTuple):
    """From when to when somebody was to act; ``closed`` None: still open. Days are ISO."""

    created: str
    closed: str | None


def turned_red(looks: Iterable[Look]) -> list[tuple[int, str]]:
    """Return each time that a customer was found in the red: (customer, day it was first seen).

    Runs that follow each other and all say red are one time; after a run that does not, the next
    red is another. A run that was saved later for an earlier day only lengthens what was known.
    """
    found = []
    ordered = sorted(looks, key=lambda look: (look.customer_id, look.as_of, look.seen))
    for (customer, is_red), spell in groupby(ordered, lambda one: (one.customer_id, one.is_red)):
        if is_red:
            found.append((customer, min(one.seen for one in spell)))
    return found


def answered(
    reds: Iterable[tuple[int, str]], steps: Mapping[int, Sequence[Step]]
) -> list[tuple[str, str | None]]:
    """Return for each red the day it was seen and that of its action, as ``response`` wants it.

    An action that was open already on that day answers at once; what was closed before does not.
    """
    found = []
    for customer, seen in reds:
        days = [
            max(step.created, seen)
            for step in steps.get(customer, ())
            if step.closed is None or step.closed >= seen
        ]
        found.append((seen, min(days, default=None)))
    return found


def response(alarms: Iterable[tuple[str, str | None]], today: date) -> Response:
    """Count how many alarms, or reds, had an action within ``DAYS`` days.

    Args:
        alarms: the day on which each was raised, and that of its first action if it has one.
        today: the day up to which they had time.
    """
    with_action = in_time = counted = 0
    for raised, acted in alarms:
        began = date.fromisoformat(raised)
        days = None if acted is None else (date.fromisoformat(acted) - began).days
        with_action += days is not None
        in_time += days is not None and days <= DAYS
        counted += days is not None or (today - began).days > DAYS
    return Response(with_action, in_time, counted)
