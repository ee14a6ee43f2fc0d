"""Filters of customers: what each operator means, and that nonsense is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.customer_filters import Filter, holds, read_filter
from ci_cli.errors import CiError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("industry=Retail", Filter("industry", "=", "Retail")),
        (" silent >= 60 ", Filter("silent", ">=", "60")),
        ("tag!=budget-cut", Filter("tag", "!=", "budget-cut")),
        ("name~a=b", Filter("name", "~", "a=b")),
        ("owner=", Filter("owner", "=", "")),
        ("fit.modules=退货 >2", Filter("fit.modules", "=", "退货 >2")),
        ("since<2026-01-31", Filter("since", "<", "2026-01-31")),
    ],
)
def test_a_filter_is_field_operator_and_value(text: str, expected: Filter) -> None:
    assert read_filter(text) == expected


@pytest.mark.parametrize(
    "text", ["", "Retail", "=Retail", "silent>", "silent>soon", "silent>inf", "name~", "a=\x1b[1m"]
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(CiError) as error:
        read_filter(text)
    assert error.value.code == "filter-invalid"


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("tag=a", ["b", "A"], True),
        ("tag=a", [], False),
        ("tag!=a", ["b", "a"], False),
        ("tag!=a", ["b"], True),
        ("tag!=a", [], True),
        ("owner=", [], True),
        ("owner=", ["li"], False),
        ("owner!=", ["li"], True),
        ("owner!=", [], False),
        ("name~ROT", ["Krotz"], True),
        ("silent>60", [60], False),
        ("silent>=60", [60], True),
        ("silent<60", [59.5], True),
        ("silent>60", [], False),
        ("silent=60", [60.0], True),
        ("seats>9", ["10"], True),  # a field of people's own is text
        ("seats>9", ["many"], False),
        ("since<2026-02-01", ["2026-01-31"], True),
        ("since<=2026-01-31", ["2026-01-31"], True),
        ("since>2026-01-31", ["10"], False),
    ],
)
def test_operators(text: str, values: list[str | float], expected: bool) -> None:
    assert holds(read_filter(text), values) == expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9))
def test_comparisons_are_those_of_numbers(value: float, limit: float) -> None:
    told = {op: holds(Filter("x", op, repr(limit)), [value]) for op in ("<", "<=", ">", ">=")}
    assert told == {
        "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit,
    }  # fmt: skip
