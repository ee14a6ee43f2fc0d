"""How fast alarms are answered: the share that had an action within a week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
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


def response(alarms: Iterable[tuple[str, str | None]], today: date) -> Response:
    """Count how many alarms had an action within ``DAYS`` days.

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
