"""Codes by words, and Cohen's kappa against published and hand-computed tables."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.code_frames import (
    agreement,
    agreements,
    code_of,
    load_frame,
    parse_frame,
)
from ci_cli.errors import CiError

FRAME = parse_frame(
    "name: f\ncodes:\n  speed: [late, 'lead time', 太慢, 交货]\n  price: [price, 价格, 太贵]\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Delivery is LATE", "speed"), ("ｌａｔｅ!", "speed"), ("chocolate", None), ("later", None),
        ("the lead\n  time", "speed"), ("交货太慢了", "speed"),
        ("你们的价格太贵,交货还行", "price"),
        ("price, but late", "speed"),  # as many words: the frame's order decides
        ("太慢late", "speed"), ("", None), ("=cmd()", None),
    ],
)  # fmt: skip
def test_a_text_gets_the_code_of_its_words(text: str, expected: str | None) -> None:
    assert code_of(FRAME, text) == expected


def test_the_shipped_frame_can_be_read() -> None:
    assert code_of(load_frame("product"), "发票总是开错") == "invoices"


@pytest.mark.parametrize(
    "text",
    ["", "name: x", "codes: {a: [b]}", "name: x\ncodes: {}", "name: x\ncodes: {a: b}", "a: [",
     "name: x\ncodes: {a=b: [c]}", "name: x\ncodes: {a: [c], b: [C]}"],
)  # fmt: skip
def test_a_faulty_frame_is_refused(text: str) -> None:
    with pytest.raises(CiError) as caught:
        parse_frame(text)
    assert caught.value.code == "frame-invalid"


def coders(table: dict[tuple[str, str], int]) -> tuple[dict, dict]:  # type: ignore[type-arg]
    first, second = {}, {}
    for (one, other), n in table.items():
        for _ in range(n):
            key = ("s", str(len(first)))
            first[key], second[key] = one, other
    return first, second


def test_kappa_of_a_table_worked_by_hand() -> None:
    # 50 texts, 20 both yes, 15 both no, 5 + 10 mixed: p = 0.7, e = 0.5 * 0.6 + 0.5 * 0.4 = 0.5
    table = {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}
    found = agreement("a", "b", *coders(table))
    assert (found.n, found.agreed) == (50, 35)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_has_no_value_where_chance_agrees_on_everything() -> None:
    assert agreement("a", "b", *coders({("y", "y"): 9})).kappa is None
    assert agreement("a", "b", {}, {}).kappa is None
    assert agreements({"a": {("s", "1"): "y"}, "b": {("s", "2"): "y"}}) == []


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), min_size=1))
def test_kappa_against_its_definition(pairs: list[tuple[str, str]]) -> None:
    first = {("s", str(n)): one for n, (one, _other) in enumerate(pairs)}
    second = {("s", str(n)): other for n, (_one, other) in enumerate(pairs)}
    found = agreement("a", "b", first, second)
    chance = (
        sum(one == other for one, other in itertools.product(first.values(), second.values()))
        / len(pairs) ** 2
    )
    p = sum(one == other for one, other in pairs) / len(pairs)
    if chance == 1:
        assert found.kappa is None
    else:
        assert found.kappa == pytest.approx((p - chance) / (1 - chance))
