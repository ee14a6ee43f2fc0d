"""One value, as people and as machines read it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.output.cells import (
    SPARKS,
    align_points,
    exact,
    exact_texts,
    human,
    label_of,
    labelled_total,
    spark,
)
from ci_cli.report import Column, Kind, Table
from ci_cli.text import activate, msg

CASES: list[tuple[Kind, Any, str, str]] = [
    ("money", 12_345_600, "1,234.56", "1234.56"),
    ("money", 0, "0.00", "0.00"),
    ("money", 10_000, "1.00", "1.00"),
    ("money", 1, "0.0001", "0.0001"),
    ("money", 12_345, "1.23", "1.2345"),
    ("money", 12_340, "1.23", "1.234"),
    ("money", -50_000, "-5.00", "-5.00"),
    ("money", -9_999, "-0.9999", "-0.9999"),
    ("money", 97_477_479_300, "9,747,747.93", "9747747.93"),
    ("money", 2**63, "922,337,203,685,477.58", "922337203685477.5808"),
    ("quantity", 1_000_000, "1", "1"),
    ("quantity", 2_500_000, "2.5", "2.5"),
    ("quantity", -1, "-0.000001", "-0.000001"),
    ("quantity", 1_234_000_000, "1,234", "1234"),
    ("int", 541_909, "541,909", "541909"),
    ("int", -3, "-3", "-3"),
    ("days", 30, "30", "30"),
    ("days", 30.0, "30", "30"),
    ("days", 30.55, "30.6", "30.55"),
    ("days", 1234, "1,234", "1234"),
    ("percent", 0.125, "12.5 %", "0.125"),
    ("percent", 0.0005, "0.1 %", "0.0005"),
    ("percent", -0.0004, "0.0 %", "-0.0004"),
    ("percent", 1, "100.0 %", "1"),
    ("percent", 12.3456, "1,234.6 %", "12.3456"),
    ("number", 0.005, "0.005", "0.005"),
    ("number", 2.675, "2.68", "2.675"),
    ("number", 1234.5, "1,234.50", "1234.5"),
    ("number", 0.0, "0.00", "0"),
    ("number", 1e300, "1e+300", "1e+300"),
    ("number", float("inf"), "inf", ""),
    ("money", None, "", ""),
    ("number", float("nan"), "", ""),
]


@pytest.mark.parametrize(("kind", "value", "people", "machine"), CASES)
def test_figures(kind: Kind, value: Any, people: str, machine: str) -> None:
    assert human(kind, value) == people
    assert exact(kind, value) == machine


def test_figures_that_numpy_computed() -> None:
    assert exact("int", numpy.int64(5)) == "5"
    assert exact("money", numpy.int64(12_345_600)) == "1234.56"
    assert exact("percent", numpy.float64(0.125)) == "0.125"
    assert human("number", numpy.float64(0.5)) == "0.50"
    assert human("percent", numpy.float64("nan")) == ""


@given(st.integers(-(2**63), 2**63))
def test_money_is_exact(value: int) -> None:
    assert Decimal(exact("money", value)) == Decimal(value) / 10_000
    shown = Decimal(human("money", value).replace(",", ""))
    assert abs(shown - Decimal(value) / 10_000) <= Decimal("0.005")


@given(st.lists(st.integers(-(2**63), 2**63) | st.integers(-99, 99).map(lambda n: n * 100)))
def test_a_column_of_money_is_its_amounts(values: list[int]) -> None:
    assert exact_texts("money", values) == [exact("money", value) for value in values]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back(value: float) -> None:
    assert float(exact("number", value)) == value


@pytest.mark.parametrize("kind", ["money", "quantity", "int"])
def test_a_float_is_never_money(kind: Kind) -> None:
    with pytest.raises(TypeError):
        exact(kind, 1.5)
    with pytest.raises(TypeError):
        human(kind, 1.5)


def test_text_is_no_figure() -> None:
    with pytest.raises(TypeError):
        exact("id", "5")


def test_spark_counts_from_zero() -> None:
    assert spark((0, 1, 7)) == SPARKS[0] + SPARKS[1] + SPARKS[7]
    assert spark((5, 5)) == SPARKS[7] * 2
    assert spark((0, 0)) == SPARKS[0] * 2
    assert spark((-7, 0)) == SPARKS[0] + SPARKS[7]
    assert spark((None, 1, float("nan"))) == f" {SPARKS[7]} "
    assert spark(()) == ""


def test_points_stand_below_one_another() -> None:
    assert align_points(["1.50", "12", "0.1234", ""]) == ["1.50  ", "12     ", "0.1234", ""]


def test_a_heading_names_its_unit() -> None:
    assert label_of(Column("net", msg("revenue"), "money", "CNY")) == "revenue (CNY)"
    assert label_of(Column("2011-12", "2011-12*", "money")) == "2011-12*"


@pytest.mark.parametrize(
    ("kinds", "total", "labelled"),
    [
        (("id", "text", "money"), (None, None, 5), ("total", None, 5)),
        (("state", "int"), ("", 5), ("total", 5)),
        (("month", "int"), (None, 5), ("total", 5)),
        (("int", "text", "text"), (None, "x", None), (None, "x", "total")),
        (("text", "text", "int"), ("all", None, 5), ("all", None, 5)),
        (("int", "text"), (0, None), (0, None)),  # the first cell is filled
        (("int", "spark"), (None, None), (None, None)),
    ],
)
def test_the_closing_row_is_called_total(
    kinds: tuple[Kind, ...], total: tuple[Any, ...], labelled: tuple[Any, ...]
) -> None:
    columns = tuple(Column(f"k{i}", "x", kind) for i, kind in enumerate(kinds))
    assert labelled_total(Table("t", columns, [], total=total)) == labelled
    assert labelled_total(Table("t", columns, [])) is None


def test_the_closing_row_is_named_in_the_language_of_the_reader() -> None:
    activate("zh")
    assert labelled_total(Table("t", (Column("a", "a"),), [], total=(None,))) == ("合计",)
