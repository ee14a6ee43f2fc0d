"""The table of real exports: every key column right, and no money, date or id mapped wrongly."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci_cli.errors import CiError
from ci_cli.importing.columns import ColumnMap, map_columns
from ci_cli.importing.synonyms import CRITICAL, MONEY

HERE = Path(__file__).parent
NEVER_WRONG = CRITICAL | MONEY | {"order.date", "customer.since"}
KEYS = frozenset(
    ["customer.id", "customer.name", "line.product_id", "line.product_name", "line.category",
     "order.id", "order.date", "line.quantity", "line.unit_price", "line.amount", "order.total",
     "customer.tax_id", "contact.phone", "contact.email"]
)  # fmt: skip


def cases(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((HERE / name).read_text("utf-8"))


def table_of(case: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    header = case["header"].split("|")
    rows = [row.split("|") for row in case["rows"]]
    assert all(len(row) == len(header) for row in rows), case["name"]
    return header, rows


def mapping(case: dict[str, Any], rows: list[list[str]] | None = None) -> ColumnMap:
    header, sample = table_of(case)
    return map_columns(header, rows or sample, kind=case.get("kind_given"))


def wrong(case: dict[str, Any], result: ColumnMap) -> dict[str, str]:
    """Return money, dates and ids that were mapped and should not have been, or not so."""
    expected = case["expect"]
    return {
        column.header: column.field
        for column in result.columns
        if column.field in NEVER_WRONG and expected.get(column.header) != column.field
    }


TUNED = cases("header_cases.yaml")


@pytest.mark.parametrize("case", TUNED, ids=lambda case: case["name"])
def test_sheets(case: dict[str, Any]) -> None:
    if "decide" in case:
        with pytest.raises(CiError) as asked:
            mapping(case)
        assert asked.value.code == case["decide"]
        return
    result = mapping(case)
    assert result.kind == case["kind"]
    found = {column.header: column.field for column in result.columns}
    assert {header: found[header] for header in case["expect"]} == case["expect"]
    assert wrong(case, result) == {}


@pytest.mark.parametrize("case", TUNED, ids=lambda case: case["name"])
def test_the_order_of_rows_never_matters(case: dict[str, Any]) -> None:
    _, rows = table_of(case)
    shuffled = rows[::-1]
    random.Random(7).shuffle(shuffled)

    def outcome(sample: list[list[str]]) -> Any:
        try:
            return mapping(case, sample)
        except CiError as error:
            return error.code, str(error.message)

    assert outcome(shuffled) == outcome(rows)


def test_half_of_the_table_is_chinese() -> None:
    chinese = [case for case in TUNED if any("\u4e00" <= c <= "\u9fff" for c in case["header"])]
    assert len(TUNED) >= 60
    assert len(chinese) >= 0.4 * len(TUNED)
