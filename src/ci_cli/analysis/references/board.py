"""The advisory group: who sits in it, for how long, and who came to its meetings.

A seat is held by a person of a customer, or by the customer; it begins with ``join``, ends with its
last day, with ``leave``, or when somebody of the same name joins anew. A meeting is what at least
one member came to: its day and name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ci_cli.shapes.references import Step

MEMBER, ENDED, LEFT = "member", "ended", "left"
ACTS = ("join", "leave", "attend")


class Seat(NamedTuple):
    """One term of one member."""

    customer_id: int
    person: str | None
    since: str
    until: str | None  # the last day that was agreed
    state: str
    ended: str | None  # day of the last change: left, or ended
    held: int  # meetings in its term up to the day
    came: int
    last: str | None  # day of the last meeting that it came to


class Meeting(NamedTuple):
    """One meeting and how many members were there."""

    day: str
    name: str
    members: int  # who sat in the group on that day
    came: int


def seats(steps: Mapping[int, Sequence[Step]], day: str) -> list[Seat]:
    """Return every term up to a day: members first, then by customer and person, latest first."""
    told = _acts(steps, day)
    held = sorted({(one.day, one.note or "") for one in told if one.step == "attend"})
    found = []
    for place, one in enumerate(told):
        if one.step != "join":
            continue
        after = [other for other in told[place + 1 :] if _same(one, other)]
        end = next((other for other in after if other.step in ("join", "leave")), None)
        last = min(filter(None, (one.until, end.day if end else None)), default=None)
        lasts = last is None or last > day or (end is None and last == day)
        state = MEMBER if lasts else LEFT if end is not None and end.step == "leave" else ENDED
        term = [meeting for meeting in held if one.day <= meeting[0] and
                (last is None or meeting[0] <= last)]  # fmt: skip
        came = {(other.day, other.note or "") for other in after if other.step == "attend"}
        own = [meeting for meeting in term if meeting in came]
        found.append(
            Seat(one.customer_id, one.person, one.day, one.until, state,
                 None if lasts else last, len(term), len(own), own[-1][0] if own else None)
        )  # fmt: skip
    found.sort(key=lambda seat: seat.since, reverse=True)
    found.sort(key=lambda seat: (seat.state != MEMBER, seat.customer_id, seat.person or ""))
    return found


def meetings(steps: Mapping[int, Sequence[Step]], day: str) -> list[Meeting]:
    """Return the meetings up to a day, the latest first."""
    told = _acts(steps, day)
    terms = seats(steps, day)
    found: dict[tuple[str, str], set[tuple[int, str | None]]] = {}
    for one in told:
        if one.step == "attend":
            found.setdefault((one.day, one.note or ""), set()).add((one.customer_id, one.person))
    return [
        Meeting(when, name, sum(_sat(seat, when) for seat in terms), len(came))
        for (when, name), came in sorted(found.items(), reverse=True)
    ]


def sitting(steps: Sequence[Step], day: str) -> list[Seat]:
    """Return the seats that one customer holds on a day."""
    return [seat for seat in seats({0: steps}, "9999-12-31") if _sat(seat, day)]


def _sat(seat: Seat, day: str) -> bool:
    last = seat.ended or seat.until
    return seat.since <= day and (last is None or day <= last)


def _acts(steps: Mapping[int, Sequence[Step]], day: str) -> list[Step]:
    told = [one for some in steps.values() for one in some if one.step in ACTS and one.day <= day]
    return sorted(told, key=lambda one: (one.day, one.id))


def _same(one: Step, other: Step) -> bool:
    return (one.customer_id, one.person) == (other.customer_id, other.person)
