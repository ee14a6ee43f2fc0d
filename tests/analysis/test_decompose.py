from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import decompose
from ci_cli.shapes.categories import CategoryTrade

UNIT, PIECE = 10_000, 1_000_000


def trade(
    customer: int, product: str, period: int, sales: float, quantity: float = 0.0, back: float = 0.0
) -> CategoryTrade:
    """Sales and returns in units; a quantity of 0 is none."""
    money = round(sales * UNIT)
    return CategoryTrade(
        customer, product, period, money - round(back * UNIT), money,
        money if quantity else 0, round(quantity * PIECE), 0,
    )  # fmt: skip


def test_price_volume_and_mix_by_hand():
    """10 A at 1 and 10 B at 3 are 40. Then 20 A at 2 and 10 B at 3: 70. Half as much again at old
    prices and mix is +20; A costs 1 more, 20 times: +20; A is the cheaper one: -10."""
    parts = decompose.effects(
        [
            trade(1, "A", 0, 10, 10), trade(1, "B", 0, 30, 10),
            trade(1, "A", 1, 40, 20), trade(1, "B", 1, 30, 10),
        ]
    )  # fmt: skip
    assert [part / UNIT for part in (parts.volume, parts.price, parts.mix)] == [20, 20, -10]
    assert (parts.unmeasured, parts.returns, parts.total) == (0, 0, 30 * UNIT)


def test_what_cannot_be_measured_stands_apart():
    parts = decompose.effects([trade(1, "A", 0, 10), trade(1, "A", 1, 4, 0, 3)])
    assert (parts.volume, parts.price, parts.mix) == (0, 0, 0)
    assert (parts.unmeasured, parts.returns) == (-6 * UNIT, -3 * UNIT)


def test_customers_by_hand():
    rows = [
        trade(1, "A", 0, 100), trade(2, "A", 0, 100), trade(2, "A", 1, 50),
        trade(3, "A", 0, 100), trade(3, "A", 1, 109), trade(4, "A", 0, 100),
        trade(4, "A", 1, 120), trade(5, "A", 1, 7), trade(6, "A", 1, 8), trade(0, "A", 1, 1),
        trade(7, "A", 0, 50), trade(7, "A", 1, 0, 0, 20),  # only sent something back
    ]  # fmt: skip
    moves = {move.customer_id: move.kind for move in decompose.customer_moves(rows, {5})}
    assert moves == {
        1: "lost", 2: "shrunk", 3: "same", 4: "grown", 5: "returned", 6: "new", 0: "unknown",
        7: "lost",
    }  # fmt: skip


def test_a_period_at_a_glance():
    rows = [trade(1, "A", 1, 60, 0, 5), trade(2, "A", 1, 30), trade(0, "A", 1, 10)]
    rows.append(rows[0]._replace(customer_id=2, net=0, sales=0, discount=25 * UNIT))
    found = decompose.side(rows, 1)
    assert (found.net, found.customers) == (95 * UNIT, 2)
    assert found.largest == pytest.approx(2 / 3)
    assert found.hhi == pytest.approx(5 / 9)
    assert found.discount == pytest.approx(0.2)
    assert found.returned == pytest.approx(0.05)
    assert decompose.side(rows, 0) == (0, 0, None, None, None, None)


money = st.integers(-(10**13), 10**13)
some = st.builds(
    lambda customer, product, period, net, sales, measured, quantity, discount: CategoryTrade(
        customer, product, period, net, sales, measured if quantity else 0, quantity, discount
    ),
    st.integers(0, 5), st.sampled_from("ABC"), st.integers(0, 1), money, money, money,
    st.one_of(st.just(0), st.integers(1, 10**12)), st.integers(0, 10**9),
)  # fmt: skip


@given(st.lists(some, max_size=20), st.sets(st.integers(0, 5)))
def test_both_decompositions_add_up_to_the_last_unit(rows, earlier):
    change = sum(row.net if row.period else -row.net for row in rows)
    assert decompose.effects(rows).total == change
    moves = decompose.customer_moves(rows, earlier)
    assert sum(move.now - move.before for move in moves) == change
    assert Counter(move.customer_id for move in moves) == Counter({r.customer_id for r in rows})
    assert {move.kind for move in moves} <= set(decompose.CLASSES)
    for period in (0, 1):
        decompose.side(rows, period)
