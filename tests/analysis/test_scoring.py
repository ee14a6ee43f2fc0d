from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.periods import window
from ci_cli.analysis.scoring import score_customers
from ci_cli.analysis.segment_maps import load_map
from ci_cli.shapes.trade import CustomerPurchases

AS_OF = date(2011, 12, 9)


def customer(number: int, silent: int | None, orders: int, net: int) -> CustomerPurchases:
    last = None if silent is None else (AS_OF - timedelta(days=silent)).isoformat()
    first = None if silent is None else (AS_OF - timedelta(days=silent + 30)).isoformat()
    days = 0 if silent is None else max(orders, 1)
    return CustomerPurchases(
        number, f"name {number}", None, None, first, last, days, None, orders, net, net
    )


ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 900)), st.integers(0, 6), st.integers(-99, 9999)),
    max_size=40,
).map(
    lambda parts: [
        customer(number, silent, 0 if silent is None else orders, net)
        for number, (silent, orders, net) in enumerate(parts)
    ]
)


def score(rows, **options):
    return score_customers(rows, as_of=AS_OF, window=window("24m", AS_OF), **options)


@given(ROWS, st.randoms(use_true_random=False))
def test_everybody_stands_somewhere_and_order_changes_nothing(rows, rng: random.Random):
    scored = score(rows, segment_map=load_map())
    places = [
        *(one.row for one in scored.customers),
        *scored.outside,
        *scored.never,
    ]
    assert sorted(places) == sorted(rows)
    assert all(one.row.orders > 0 for one in scored.customers)
    assert all(row.orders == 0 and row.first is not None for row in scored.outside)
    assert all(row.first is None for row in scored.never)
    shuffled = rows[:]
    rng.shuffle(shuffled)
    assert score(shuffled, segment_map=load_map()).customers == scored.customers


@given(ROWS.filter(lambda rows: any(row.orders for row in rows)))
def test_scores_agree_with_pandas(rows):
    frame = pd.DataFrame([row for row in rows if row.orders > 0]).set_index("customer_id")
    last = pd.to_datetime(frame["last"])
    recency = (pd.Timestamp(AS_OF) - last).dt.days
    expected = pd.DataFrame(
        {
            "r": recency.rank(ascending=False),
            "f": frame["orders"].rank(),
            "m": frame["net"].rank(),
        }
    )
    # twice the rank is whole, so the ceiling is exact
    expected = -(-(expected * 2).astype("int64") * 5 // (2 * len(frame)))
    scored = score(rows)
    ours = pd.DataFrame(
        [one.scores for one in scored.customers],
        index=[one.row.customer_id for one in scored.customers],
    )
    assert (ours.sort_index().to_numpy() == expected.sort_index().to_numpy()).all()
    assert np.array_equal(
        [one.values.recency for one in scored.customers],
        recency.loc[ours.index].to_numpy(),
    )


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([], []),
        ([customer(1, 5, 2, 100)], ["555"]),
        ([customer(n, 5, 2, 100) for n in range(3)], ["444"] * 3),
        ([customer(n, 5, 2, 100) for n in range(50)], ["333"] * 50),
        ([customer(1, None, 0, 0), customer(2, 900, 0, 0)], []),
    ],
)
def test_small_and_equal_bases(rows, codes):
    scored = score(rows, segment_map=load_map())
    assert [one.code for one in scored.customers] == codes
    assert all(one.segment for one in scored.customers)


def test_one_huge_customer_only_takes_the_top_place():
    rows = [customer(n, n, 1 + n % 3, n) for n in range(1, 20)]
    huge = score([*rows, customer(99, 0, 1, 10**15)])
    large = score([*rows, customer(99, 0, 1, 100)])
    assert [one.scores for one in huge.customers] == [one.scores for one in large.customers]
    assert huge.customers[0].row.customer_id == 99


def test_segments_need_a_map_that_fits():
    rows = [customer(n, n, 1, n) for n in range(1, 9)]
    assert {one.segment for one in score(rows, bins=4, segment_map=load_map()).customers} == {None}
    assert not score(rows, bins=4, segment_map=load_map()).has_segments
    eight = score(rows, bins=4, segment_map=load_map("8"))
    assert {one.segment[:2] for one in eight.customers} == {"重要", "一般"}


def test_history_begins_with_the_first_purchase_of_anybody():
    rows = [customer(1, 10, 1, 5), customer(2, 800, 0, 5)]
    scored = score(rows)
    assert scored.base.history_days == 830
    assert scored.customers[0].tenure_days == 40
    assert scored.base.rhythm_of(rows[1]).silent_days == 800
    assert scored.base.rhythm_of(customer(3, None, 0, 0)) is None
