"""What rooms hand to each other about the intelligence programme itself: counts, and dates."""

from __future__ import annotations

from typing import NamedTuple


class Items(NamedTuple):
    """Pieces of intelligence of one kind: entries, feedback, what was learnt."""

    kind: str
    items: int
    fresh: int  # noted about the last six months
    used: int | None  # something rests on it; None: no use is recorded for this kind


class Work(NamedTuple):
    """What was done in the days up to a day."""

    days: int
    imports: int
    calls: int  # calls, visits, meetings and demos that came about
    closed: int  # actions carried out


class Described(NamedTuple):
    """A record or a contact as its source gives it: what it holds by field, and since when."""

    number: int
    customer_id: int
    label: str  # of its customer
    source: str
    changed: str  # ISO time
    values: dict[str, str | None]
