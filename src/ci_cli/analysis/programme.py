"""Score the intelligence programme itself: one share for each area, and the mean of them.

Each score is a plain share, so that it can be checked by counting: sources with fresh orders,
fields that are filled, things that have an owner, customers outside open pairs of duplicates,
pieces of intelligence that are fresh, that were used, and kinds of work that were done. What cannot
be counted yet has no score and does not enter the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ci_cli.shapes.programme import Items, Work

WINDOWS = (30, 60, 90)  # days in which a programme fails if nothing is done
FRESH_MONTHS = 6


class Area(NamedTuple):
    """One area: ``good`` of ``all``."""

    name: str
    good: int
    all: int

    @property
    def score(self) -> float | None:
        """Return the share that is as it should be; None where there is nothing to count."""
        return self.good / self.all if self.all else None


@dataclass(frozen=True)
class Owned:
    """Things that need an owner, and those that have one."""

    customers: int  # active ones
    customers_owned: int
    alarms: int  # that stand
    alarms_owned: int
    goals: int
    goals_owned: int


def areas(
    *,
    sources: Sequence[bool],
    filled: tuple[int, Sequence[int]],
    owned: Owned,
    duplicates: tuple[int, int] | None,
    items: Sequence[Items],
    work: Sequence[Work],
    age: int,
) -> list[Area]:
    """Return the areas in the order of the report.

    Args:
        sources: of each source with orders, whether it is fresh.
        filled: customers, and how many have each field.
        owned: what needs an owner.
        duplicates: customers, and how many of them stand in an open pair; None: never scanned.
        items: pieces of intelligence by kind.
        work: what was done, for each of ``WINDOWS``.
        age: days since the programme began.
    """
    customers, counts = filled
    known = [one for one in items if one.used is not None]
    due = [count for one in due_work(work, age) for count in (one.imports, one.calls, one.closed)]
    return [
        Area("sources", sum(sources), len(sources)),
        Area("fields", sum(counts), customers * len(counts)),
        Area(
            "owners", owned.customers_owned + owned.alarms_owned + owned.goals_owned,
            owned.customers + owned.alarms + owned.goals,
        ),
        Area("duplicates", duplicates[0] - duplicates[1], duplicates[0])
        if duplicates is not None
        else Area("duplicates", 0, 0),
        Area("freshness", sum(one.fresh for one in items), sum(one.items for one in items)),
        Area("use", sum(one.used or 0 for one in known), sum(one.items for one in known)),
        Area("work", sum(count > 0 for count in due), len(due)),
    ]  # fmt: skip


def due_work(work: Sequence[Work], age: int) -> list[Work]:
    """Return the windows that the programme is old enough for."""
    return [one for one in work if age >= one.days]


def overall(found: Sequence[Area]) -> float | None:
    """Return the mean of the areas that have a score."""
    scores = [one.score for one in found if one.score is not None]
    return sum(scores) / len(scores) if scores else None
