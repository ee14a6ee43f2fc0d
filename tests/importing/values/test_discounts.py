"""Discounts: money or a share, told by header, range and arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ci_cli.errors import CiError
from ci_cli.importing.values.cells import ValueReject
from ci_cli.importing.values.discounts import Evidence, detect_discount
from ci_cli.importing.values.numbers import detect_number_style


def detect(values: list[str], header: str, **options: object):  # type: ignore[no-untyped-def]
    return detect_discount(values, header, detect_number_style(values), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "header", "form", "first"),
    [
        (["0.15", "0", "0.2"], "discount", "rate", 150_000),  # Northwind
        (["15%", "0%"], "Discount", "rate", 150_000),
        (["15", "0"], "Discount %", "percent", 150_000),
        (["9.5折", "8折"], "折扣", "tenths", 50_000),
        (["95折", "8折", "85 折"], "折扣", "tenths", 50_000),
        (["12.50", "0"], "Discount Amount", "amount", 125_000),
        (["-5.00", "0"], "优惠金额", "amount", 50_000),
        (["120", "30"], "折扣", "amount", 1_200_000),
        (["0", "0"], "折扣", "amount", 0),
        (["90%", "100%"], "扣率", "paid", 100_000),
        (["0.95", "1"], "折扣率", "paid", 50_000),
        (["0.05", "0"], "折扣率", "rate", 50_000),
        (["95", "100"], "扣率", "paid-percent", 50_000),
        (["10", "20"], "折扣", "unclear", None),
    ],
)
def test_forms(values: list[str], header: str, form: str, first: int | None) -> None:
    found = detect(values, header)
    assert found.form == form
    if first is not None:
        assert found.parse(values[0]) == first


def test_arithmetic_decides() -> None:
    rows = [
        Evidence(Decimal(2), Decimal(100), Decimal(180), Decimal(10)),
        Evidence(Decimal(1), Decimal(50), Decimal(40), Decimal(20)),
    ]
    assert detect(["10", "20"], "折扣", rows=rows).form == "percent"
    money = [Evidence(Decimal(2), Decimal(100), Decimal(190), Decimal(10))]
    assert detect(["10", "20"], "折扣", rows=money).form == "amount"


def test_an_unclear_form_is_asked_for_only_if_amounts_depend_on_it() -> None:
    assert detect(["10", "20"], "折扣").form == "unclear"
    with pytest.raises(CiError) as asked:
        detect(["10", "20"], "折扣", needed=True)
    assert asked.value.code == "discount-ambiguous"


def test_a_share_above_the_price_is_refused() -> None:
    found = detect(["0.15", "0.2"], "discount")
    with pytest.raises(ValueReject):
        found.parse("1.5")
    assert found.parse("") is None
