"""Numbers: exact integers, one decimal mark per column, nothing guessed."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError, ExitCode
from ci_cli.importing.values.cells import ValueReject
from ci_cli.importing.values.numbers import MAX_MONEY, detect_number_style, settle_styles


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("12.50", 125_000),
        ("1,234.56", 12_345_600),
        ("1.234,56", 12_345_600),
        ("1 234,5", 12_345_000),
        ("12'345.50", 123_455_000),
        ("1,23,456.00", 1_234_560_000),
        ("(12.50)", -125_000),
        ("USD (12.50)", -125_000),
        ("(12.50) EUR", -125_000),
        ("12.50-", -125_000),
        ("-$5.25", -52_500),
        ("$-5.25", -52_500),
        ("5,25 €", 52_500),
        ("￥1,000.10元", 10_001_000),
        ("１２３．５", 1_235_000),
        ("1.25万", 125_000_000),
        ("3千", 30_000_000),
        ("29.950000000000003", 299_500),  # the noise of a double
        ("1.0000499999999999", 10_001),  # through 15 digits it is 1.00005
        ("0.00005", 1),
        ("-0.00005", -1),
        ("0.00004", 0),
        ("-0", 0),
        ("1e-20", 0),
        ("1E5", 1_000_000_000),
        ("1.5E+05", 1_500_000_000),
        ("12.", 120_000),
        (".5", 5_000),
        ("\u202f12\u00a0345,50 €", 123_455_000),
        ("5.00CR", -50_000),
        ("−3.5", -35_000),
    ],
)
def test_money(text: str, money: int) -> None:
    assert detect_number_style([text]).money(text) == money


@pytest.mark.parametrize("text", ["", "  ", "-", "--", "—", "/"])
def test_nothing_is_none(text: str) -> None:
    assert detect_number_style([text]).money(text) is None


@pytest.mark.parametrize(
    "text",
    ["inf", "-inf", "nan", "NaN", "1e400", "TRUE", "FALSE", "#N/A", "#UNCALCULATED!", "abc",
     "1_000", "=5", "12-5", "--5", "(5", "1.2.3", "1,2345.6", "壹佰", "6901234567890123", "15%", "$5 €",
     "1.5 kg", "5m", "#VALUE!"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_remedy(text: str) -> None:
    style = detect_number_style([text, "1.50"])
    with pytest.raises(ValueReject) as refused:
        style.money(text)
    assert str(refused.value.reason)
    assert str(refused.value.fix)


def test_scale_of_the_header() -> None:
    style = detect_number_style(["1.3"])
    assert style.money("1.3", 10_000) == 130_000_000
    assert style.money("1999", Fraction(1, 100)) == 199_900
    assert style.quantity("1.2", 1000) == 1_200_000_000
    with pytest.raises(ValueReject):
        style.money("1.3万", 10_000)  # the unit twice


def test_quantity_in_millionths() -> None:
    style = detect_number_style(["1.5"])
    assert style.quantity("1.5") == 1_500_000
    assert style.quantity("-2") == -2_000_000
    assert style.quantity("0.0000005") == 1


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["12.50", "1,234"], "point"),
        (["12,50", "1.234"], "comma"),
        (["1,234", "950"], "point"),  # money: commas in threes are thousands
        (["0,125", "1,234"], "comma"),
        (["1.234.567"], "comma"),
        (["7", "8"], "point"),
        ([], "point"),
        (["abc"], "point"),
    ],
)
def test_the_column_decides_its_mark(column: list[str], mark: str) -> None:
    assert detect_number_style(column).mark == mark


@pytest.mark.parametrize(
    ("column", "money"),
    [(["12,5", "12.5"], True), (["1.234"], True), (["1.234", "12.345"], True),
     (["1,234", "2,345"], False), (["1,234", "1500"], False)],
)  # fmt: skip
def test_an_open_mark_is_asked_for(column: list[str], money: bool) -> None:
    with pytest.raises(CiError) as asked:
        detect_number_style(column, money=money)
    assert asked.value.code == "number-ambiguous"
    assert asked.value.exit_code == ExitCode.DECIDE
    assert "--decimal" in str(asked.value.hint)


def test_the_user_decides() -> None:
    assert detect_number_style(["1.234"], "comma").money("1.234") == 12_340_000
    assert detect_number_style(["1.234"], "point").money("1.234") == 12_340


def test_cells_of_a_workbook_have_a_point() -> None:
    assert detect_number_style(["1.234"], typed=True).money("1.234") == 12_340


def test_a_few_odd_values_are_rejected_not_asked_about() -> None:
    column = [f"{n}.50" for n in range(1000)] + ["12,5"]
    style = detect_number_style(column)
    assert style.mark == "point"
    with pytest.raises(ValueReject):
        style.money("12,5")


def test_one_column_settles_another() -> None:
    styles = settle_styles({"price": ["12,50"], "qty": ["1.000", "2.000"]})
    assert styles["qty"].mark == "comma"
    assert styles["qty"].quantity("1.000") == 1_000_000_000
    styles = settle_styles(
        {"price": ["12.50"], "qty": ["1.000", "12.000"]}, quantities=frozenset({"qty"})
    )
    assert styles["qty"].quantity("12.000") == 12_000_000


def test_columns_that_disagree_settle_nothing() -> None:
    with pytest.raises(CiError) as asked:
        settle_styles({"a": ["12,50"], "b": ["12.50"], "c": ["1.234"]})
    assert asked.value.where.column == "c"


def test_currencies_are_reported_per_column_and_per_cell() -> None:
    style = detect_number_style(["¥12.50", "$3.00", "7.10"])
    assert style.currencies == ("CNY", "USD")
    assert [style.currency_of(text) for text in ("¥12.50", "$3.00", "7.10", "x")] == [
        "CNY", "USD", None, None,
    ]  # fmt: skip
    assert detect_number_style(["HK$1.50"]).currencies == ("HKD",)
    assert detect_number_style(["1.50 BDT"]).currencies == ("BDT",)


def test_percentages_are_fractions() -> None:
    assert detect_number_style(["15.5%"]).number("15.5%") == Decimal("0.155")


amounts = st.decimals(-(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False)


def written(value: Decimal, mark: str, group: str) -> str:
    text = f"{value:,.4f}"
    swap = {",": group, ".": "." if mark == "point" else ","}
    return "".join(swap.get(c, c) for c in text)


@given(st.lists(amounts, min_size=1, max_size=15), st.booleans(), st.randoms())
def test_written_amounts_are_read_back(
    values: list[Decimal], comma: bool, chance: random.Random
) -> None:
    mark, group = ("comma", ".") if comma else ("point", ",")
    texts = [written(value, mark, group) for value in values]
    style = detect_number_style(texts)
    assert [style.money(text) for text in texts] == [int(value * 10_000) for value in values]
    shuffled = texts.copy()
    chance.shuffle(shuffled)
    again = detect_number_style(shuffled)
    assert again == style  # the order of rows never matters


@given(st.decimals(-(10**6), 10**6, places=8, allow_nan=False, allow_infinity=False))
def test_rounding_is_half_up(value: Decimal) -> None:
    text = f"{value:f}"
    expected = int((value * 10_000).quantize(Decimal(1), ROUND_HALF_UP))
    assert detect_number_style([text], "point").money(text) == expected


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_doubles_are_read_through_fifteen_digits(value: float) -> None:
    text = repr(value)
    shown = (
        Decimal(f"{value:.15g}") if len(text.lstrip("-").replace(".", "")) > 15 else Decimal(text)
    )
    expected = int((shown * 10_000).quantize(Decimal(1), ROUND_HALF_UP))
    read = detect_number_style([text], "point").money(text)
    # the same digits may round differently only where a half is decided by the 16th
    assert abs((read or 0) - expected) <= (1 if "e" in text or len(text) > 16 else 0)


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    style = detect_number_style(["1.50"])
    try:
        value = style.money(text)
    except ValueReject:
        return
    assert value is None or abs(value) <= MAX_MONEY


@pytest.mark.parametrize(
    "text", ["9" * 5_000, "1," * 60_000 + "1", "-" + "9" * 400, "0." + "1" * 400]
)
def test_endless_digits_are_out_of_range_and_decide_nothing(text: str) -> None:
    assert detect_number_style([text, "1.50"]).mark == "point"
    with pytest.raises(ValueReject):
        detect_number_style([text]).money(text)
