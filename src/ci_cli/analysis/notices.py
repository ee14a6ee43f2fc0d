"""What somebody has to hear of at once, and what of it is news to whoever was told before.

A notice is told once for each state that it gets into: a complaint once, an attitude again when it
grows colder. Only reminders of actions come back, once in an interval, as long as they are open.
What is settled is forgotten, so that it would be told anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

LEVELS = ("critical", "warning")  # the worst first
REMINDED = "action"  # the kind that comes back


class Notice(NamedTuple):
    """One thing to be told, as it stands today."""

    kind: str  # complaint, competitor, attitude, promise, request, ticket, alarm, action, renewal
    key: str  # what it is called: C12, A3, the number of an entry
    state: str
    level: str
    customer: str | None  # code
    name: str | None
    owner: str | None  # who is to act, as far as it is known
    day: str | None  # since when, or when it was due
    text: str

    @property
    def subject(self) -> str:
        """Return what tells it from all others."""
        return f"{self.kind}:{self.key}"


class Told(NamedTuple):
    """What was told of one subject last."""

    state: str
    day: str


def at_least(level: str, notices: Iterable[Notice]) -> list[Notice]:
    """Return the notices of a level and of those above it, the worst first, then the oldest."""
    wanted = LEVELS[: LEVELS.index(level) + 1]
    found = [one for one in notices if one.level in wanted]
    return sorted(found, key=lambda one: (LEVELS.index(one.level), one.day or "9999", one.subject))


def news(notices: Sequence[Notice], told: Mapping[str, Told], *, remind_from: str) -> list[Notice]:
    """Return what was not told yet.

    Args:
        notices: as they stand.
        told: by subject.
        remind_from: an action that was told of before this day is told of again.
    """
    return [one for one in notices if _is_new(one, told.get(one.subject), remind_from)]


def _is_new(one: Notice, told: Told | None, remind_from: str) -> bool:
    if told is None or told.state != one.state:
        return True
    return one.kind == REMINDED and told.day < remind_from


def known_now(
    notices: Sequence[Notice], told: Mapping[str, Told], fresh: Sequence[Notice], today: str
) -> dict[str, Told]:
    """Return what is known once ``fresh`` was told: nothing of what is settled."""
    now = {one.subject: Told(one.state, today) for one in fresh}
    return {
        one.subject: now.get(one.subject) or told[one.subject]
        for one in notices
        if one.subject in now or one.subject in told
    }
