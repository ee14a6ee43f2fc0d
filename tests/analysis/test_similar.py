"""The nearest customers at the same age, beside the same steps in numpy; when to say nothing."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pytest

from ci_cli.analysis.similar import LEAST, similar
from ci_cli.shapes.health import AtAge

AS_OF = date(2025, 12, 31)
AGE, AFTER = 90, 365


def _row(number: int, chance: Random, *, days: int = 800, industry: str | None = None) -> AtAge:
    first = (AS_OF - timedelta(days=days)).isoformat()
    orders = chance.randint(1, 12)
    return AtAge(
        number, f"Firm {number}", industry, first, orders, orders * chance.randint(1, 90) * 10_000,
        chance.randint(0, AGE), chance.randint(0, 3), chance.randint(0, 900) * 10_000,
    )  # fmt: skip


def test_neighbours_are_those_of_numpy() -> None:
    chance = Random(4)
    rows = [_row(number, chance) for number in range(60)]
    subject = _row(99, chance, days=AGE)
    found = similar(subject, [*rows, subject], as_of=AS_OF, age=AGE, after=AFTER, count=5)

    def features(row: AtAge) -> list[float]:
        return [np.log1p(row.orders), np.log1p(row.net / 10_000), 1 - row.last_age / AGE]

    table = np.array([features(row) for row in rows])
    steps = (table - np.array(features(subject))) / table.std(axis=0)
    distances = np.sqrt((steps**2).mean(axis=1))
    expected = np.argsort(distances, kind="stable")[:5]
    assert [one.row.customer_id for one in found.nearest] == expected.tolist()
    assert [one.distance for one in found.nearest] == pytest.approx(distances[expected])
    later = np.array([row.later_net for row in rows])
    assert found.quartiles == pytest.approx(tuple(np.percentile(later, [25, 75])))
    assert found.everybody is not None
    assert found.near is not None
    assert found.everybody.middle == np.median(later)
    assert found.near.lowest == later[expected].min()
    assert found.near.stayed == sum(rows[i].later_orders > 0 for i in expected)


def test_who_is_too_young_is_not_comparable_and_few_are_no_basis() -> None:
    chance = Random(1)
    old = [_row(number, chance, days=AGE + AFTER) for number in range(LEAST)]
    young = [_row(100 + number, chance, days=AGE + AFTER - 1) for number in range(50)]
    subject = _row(99, chance, days=AGE)
    found = similar(subject, [*old, *young], as_of=AS_OF, age=AGE, after=AFTER, count=50)
    assert found.comparable == LEAST
    assert {one.row.customer_id for one in found.nearest} == {row.customer_id for row in old}
    none = similar(subject, [*old[1:], *young], as_of=AS_OF, age=AGE, after=AFTER, count=5)
    assert (none.comparable, none.nearest, none.near) == (LEAST - 1, (), None)


def test_what_came_later_makes_nobody_alike() -> None:
    chance = Random(8)
    rows = [_row(number, chance) for number in range(40)]
    other = [row._replace(later_net=chance.randint(0, 10**9), later_orders=9) for row in rows]
    subject = _row(99, chance, days=AGE)
    one, two = (
        similar(subject, group, as_of=AS_OF, age=AGE, after=AFTER, count=7)
        for group in (rows, other)
    )
    assert [n.row.customer_id for n in one.nearest] == [n.row.customer_id for n in two.nearest]


def test_the_own_trade_comes_first_among_equals() -> None:
    chance = Random(3)
    same = _row(0, chance)
    rows = [same._replace(customer_id=i, industry="Baker" if i == 17 else "Smith")
            for i in range(30)]  # fmt: skip
    subject = same._replace(customer_id=99, industry="baker")
    found = similar(subject, rows, as_of=AS_OF, age=AGE, after=AFTER, count=2)
    assert [(one.row.customer_id, one.distance) for one in found.nearest] == [(17, 0.0), (0, 1.0)]
