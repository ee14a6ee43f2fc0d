"""How behaviour fades, and what it makes of the follow-up priority of a customer.

An event counts 0.5 ** (age / half-life), so half after one half-life and a quarter after two. A
state that a rule finds counts fully as long as it lasts. A tag moves the priority by its change
times the weight of its freshest evidence; the priority never leaves its floor and ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ci_cli.tags.catalogue import Kind, unknown_kind

BASE, FLOOR, CEILING = 5.0, 0.0, 10.0
_FORGOTTEN = 0.05  # a change of priority below that many steps is not worth a word


class Evidence(NamedTuple):
    """One piece of evidence for a tag of a customer."""

    customer_id: int
    code: str
    day: str
    until: str | None
    is_state: bool


@dataclass(frozen=True)
class Standing:
    """What one tag of one customer amounts to on a day.

    Args:
        kind: of the tag.
        events: how many pieces of evidence count.
        last: day of the freshest.
        weight: of the freshest, from 0 to 1.
        score: strength times the weights of all, with the sign of the polarity.
    """

    kind: Kind
    events: int
    last: str
    weight: float
    score: float

    @property
    def change(self) -> float:
        """Steps that it moves the priority."""
        return self.kind.priority * self.weight


@dataclass(frozen=True)
class Priority:
    """The follow-up priority of a customer, and what moved it from the usual one."""

    value: float
    moved_by: tuple[Standing, ...]
    bound: str | None = None  # "floor" or "ceiling" where one held it


def weight(kind: Kind, day: str, today: date, *, is_state: bool = False) -> float:
    """Return how much an event of ``day`` counts ``today``, from 0 to 1; a future one not yet."""
    age = (today - date.fromisoformat(day)).days
    if age < 0:
        return 0.0
    if is_state or kind.half_life is None:
        return 1.0
    fading: float = 0.5 ** (age / kind.half_life)
    return fading


def standings(
    evidence: Iterable[Evidence], kinds: Mapping[str, Kind], today: date
) -> dict[int, list[Standing]]:
    """Return the tags of each customer as of a day, the one that counts most first.

    What has run out by then, or lies in the future, is left out.
    """
    found: dict[int, dict[str, list[tuple[float, str]]]] = {}
    this_day = today.isoformat()
    for one in evidence:
        if one.day > this_day or (one.until is not None and one.until < this_day):
            continue
        kind = kinds.get(one.code) or unknown_kind(one.code)
        part = (weight(kind, one.day, today, is_state=one.is_state), one.day)
        found.setdefault(one.customer_id, {}).setdefault(one.code, []).append(part)
    result = {}
    for customer_id, tags in found.items():
        listed = []
        for code, parts in tags.items():
            kind = kinds.get(code) or unknown_kind(code)
            parts.sort()  # sums of floats depend on their order
            score = kind.polarity * kind.strength * sum(one for one, _day in parts)
            last = max(day for _one, day in parts)
            listed.append(Standing(kind, len(parts), last, parts[-1][0], score))
        listed.sort(key=lambda one: (-abs(one.score), one.kind.code))
        result[customer_id] = listed
    return result


def priority(tags: Iterable[Standing]) -> Priority:
    """Return the follow-up priority that the tags of a customer make."""
    moving = [one for one in tags if abs(one.change) >= _FORGOTTEN]
    moving.sort(key=lambda one: (-abs(one.change), one.kind.code))
    value = BASE + sum(one.change for one in moving)
    bound = "floor" if value < FLOOR else "ceiling" if value > CEILING else None
    return Priority(round(min(max(value, FLOOR), CEILING), 1), tuple(moving), bound)
