"""How good descriptions of customers are: filled, valid, fresh, and nobody else's.

A field of all records scores the share of them in which it is filled and not known to be wrong. A
record scores the share of the expected fields that it has filled and not known to be wrong;
expected is a field that at least ``EXPECTED`` of the records have. Whether a value is right can
often not be told: then it counts as right, and as not checked.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ci_cli.shapes.programme import Described

EXPECTED = 0.5  # share of records that have a field which is asked of all
Check = Callable[[Described, str], bool | None]


@dataclasses.dataclass
class FieldQuality:
    """One field over all rows."""

    field: str
    rows: int = 0
    filled: int = 0
    checked: int = 0
    wrong: int = 0
    shared: int = 0
    fresh: int = 0  # filled, in rows that were brought or changed lately
    examples: list[str] = dataclasses.field(default_factory=list)

    @property
    def score(self) -> float | None:
        """Return 0 to 100; None without rows."""
        return 100 * (self.filled - self.wrong) / self.rows if self.rows else None


class RecordQuality(NamedTuple):
    """One record; fields by name."""

    row: Described
    score: float
    missing: tuple[str, ...]
    wrong: tuple[str, ...]
    shared: tuple[str, ...]


_EXAMPLES = 3


def of_fields(
    rows: Iterable[Described], fields: Iterable[str], checks: Mapping[str, Check],
    shared: Mapping[str, Mapping[int, str]], since: str,
) -> tuple[list[FieldQuality], Iterable[RecordQuality]]:  # fmt: skip
    """Return a measure for each field; and of each record, which is only counted as it is taken.

    The fields are complete once all records were taken.

    Args:
        rows: records.
        fields: to look at.
        checks: by field what tells a wrong value (False) from a right one (True); None: cannot say.
        shared: by field the rows whose value others have, too.
        since: a row is fresh that came or changed on this ISO day or later.
    """
    measures = {name: FieldQuality(name) for name in fields}
    return list(measures.values()), _taken(rows, measures, checks, shared, since)


def _taken(
    rows: Iterable[Described], measures: Mapping[str, FieldQuality], checks: Mapping[str, Check],
    shared: Mapping[str, Mapping[int, str]], since: str,
) -> Iterable[RecordQuality]:  # fmt: skip
    for row in rows:
        wrong, missing, also = [], [], []
        is_fresh = row.changed[:10] >= since
        for name, measure in measures.items():
            value = row.values.get(name)
            measure.rows += 1
            if not value:
                missing.append(name)
                continue
            measure.filled += 1
            measure.fresh += is_fresh
            verdict = checks[name](row, value) if name in checks else None
            measure.checked += verdict is not None
            if verdict is False:
                wrong.append(name)
                measure.wrong += 1
                if len(measure.examples) < _EXAMPLES and value not in measure.examples:
                    measure.examples.append(value)
            if row.number in shared.get(name, ()):
                measure.shared += 1
                also.append(name)
        yield RecordQuality(row, 0.0, tuple(missing), tuple(wrong), tuple(also))


def worst(
    found: Iterable[RecordQuality], expected: Iterable[str], most: int
) -> tuple[list[RecordQuality], float | None]:
    """Return the records with the lowest scores, the worst first, and the mean score of all.

    Args:
        found: all records; each is looked at once.
        expected: fields that are asked of all.
        most: how many to return.
    """
    asked = frozenset(expected)
    total, number = 0.0, 0

    def scored() -> Iterable[RecordQuality]:
        nonlocal total, number
        for one in found:
            missing = tuple(name for name in one.missing if name in asked)
            bad = len(missing) + sum(name in asked for name in one.wrong)
            score = 100 * (1 - bad / len(asked)) if asked else 100.0
            total, number = total + score, number + 1
            yield one._replace(score=score, missing=missing)

    lowest = heapq.nsmallest(
        most, scored(), key=lambda one: (one.score, -len(one.wrong), one.row.number)
    )
    return lowest, total / number if number else None


def expected_fields(records: int, filled: Mapping[str, int]) -> list[str]:
    """Return the fields that enough of the records have."""
    return [name for name, number in filled.items() if number and number >= EXPECTED * records]
