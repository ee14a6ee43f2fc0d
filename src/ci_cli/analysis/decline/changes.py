"""What has changed since somebody last looked: a warning speaks when its state changes, once.

Who looks is a watcher with a name, so that a cron job, a chat channel and a manager each hear of a
change, whoever looked first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

_SPOKEN = frozenset({"alarm", "watch"})


class Subject(NamedTuple):
    """What a verdict speaks of; ``kind`` is category or total."""

    kind: str
    group: str
    currency: str


def changed(
    before: Mapping[Subject, str],
    now: Mapping[Subject, str],
    spoken: Collection[str] = _SPOKEN,
) -> dict[Subject, str | None]:
    """Return what changed, with the state before (None: never heard of).

    A category that becomes old enough to be judged, or is new, is no news; one that begins or
    ceases to be watched or to alarm is. One that is not in the store any more has changed as well.

    Args:
        before: the states that were told last.
        now: the states of today.
        spoken: the states that speak; going from one to another, or between them and any other
            state, is a change.
    """
    subjects = {**before, **now}
    return {
        subject: before.get(subject)
        for subject in subjects
        if before.get(subject) != now.get(subject)
        and (before.get(subject) in spoken or now.get(subject) in spoken)
    }
