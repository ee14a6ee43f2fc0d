"""Requests are grouped and weighed: checked against a slow count in plain Python."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.requests import Weighed, plain, rank, top_customers

REVENUE = {1: 100, 2: 50, 3: 50, 4: 0, 5: -7}


def one(customer: int | None, text: str, ask: str = "drop", code: str | None = None) -> Weighed:
    return Weighed(customer, "request", ask, text, "2026-01-01", code)


def test_one_customer_counts_once_for_a_request_however_it_writes_it() -> None:
    said = [one(1, "Weekly on-site"), one(1, " weekly ON‑SITE!"), one(2, "ｗｅｅｋｌｙ on site")]
    (found,) = rank(said, REVENUE, by="revenue")
    assert (found.mentions, found.customers, found.revenue) == (3, {1, 2}, 150)


def test_to_add_and_to_drop_the_same_are_two_requests() -> None:
    said = [one(1, "现场拜访", "add"), one(1, "现场拜访", "drop")]
    assert len(rank(said, REVENUE, by="revenue")) == 2


def test_a_code_joins_what_words_do_not() -> None:
    said = [one(1, "快一点", code="speed"), one(2, "faster please", code="speed"), one(3, "speed")]
    found = rank(said, REVENUE, by="revenue")
    assert [(demand.label, demand.coded, demand.revenue) for demand in found] == [
        ("speed", True, 150), ("speed", False, 50),
    ]  # fmt: skip


def test_accounts_and_revenue_order_differently() -> None:
    said = [one(1, "big"), one(2, "many"), one(4, "many"), one(None, "many")]
    by_money = rank(said, {1: 100, 2: 50}, by="revenue")
    by_accounts = rank(said, {1: 100, 2: 50}, by="accounts")
    assert [demand.label for demand in by_money] == ["big", "many"]
    assert [demand.label for demand in by_accounts] == ["many", "big"]
    assert by_accounts[0].nameless == 1


def test_signs_alone_are_not_all_the_same() -> None:
    assert plain("!!!") != plain("???")


def test_the_top_tenth_is_rounded_up_and_keeps_ties() -> None:
    assert top_customers(REVENUE) == {1}
    assert top_customers({1: 9, 2: 9, 3: 1}) == {1, 2}
    assert top_customers({1: 0, 2: -1}) == set()
    assert len(top_customers({number: number for number in range(1, 22)})) == 3


@given(
    st.lists(st.tuples(st.sampled_from([None, 1, 2, 3, 4, 5]), st.sampled_from("aAbＡ!?"))),
    st.sampled_from(["revenue", "accounts"]),
)
def test_nothing_is_lost_and_nobody_counted_twice(
    said: list[tuple[int | None, str]], by: str
) -> None:
    found = rank([one(number, text) for number, text in said], REVENUE, by=by)
    assert sum(demand.mentions for demand in found) == len(said)
    for demand in found:
        asking = {n for n, text in said if plain(text) == plain(demand.label) and n is not None}
        assert demand.customers == asking
        assert demand.revenue == sum(REVENUE[n] for n in asking)


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (["half cases", "Half cases!", "Half cases!"], "Half cases!"),
        (["b", "B"], "b"),
        (["B", "b", "b", "B", "b"], "b"),
    ],
)
def test_a_request_is_called_as_most_of_them_say_it(texts: list[str], label: str) -> None:
    said = [
        Weighed(number, "request", "add", text, f"2026-01-{number:02}")
        for number, text in enumerate(texts, start=1)
    ]
    assert [one.label for one in rank(said, {}, by="accounts")] == [label]
