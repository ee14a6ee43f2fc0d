"""A date that stands in several columns: joined where nothing else is a date, said, and exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sheets import Brought, text_file

ENGLISH = ["Year", "Month", "Customer", "Category", "Revenue"]


def days(folder: Path, rows: list[list[Any]], **layout: Any) -> tuple[list[str], Brought]:
    brought = Brought(folder)
    brought.bring(text_file(folder / "m.csv", rows), **layout)
    return [str(day) for _, day, *_ in brought.lines()], brought


@pytest.mark.parametrize(
    ("header", "cells", "day"),
    [
        (ENGLISH, [2024, 2], "2024-02-29"),
        (ENGLISH, [2023, "Sept."], "2023-09-30"),
        (ENGLISH, [2023, "December"], "2023-12-31"),
        (["年份", "月份", "客户", "产品类别", "金额"], ["2024年", "1月"], "2024-01-31"),
        (["Order year", "Order month", *ENGLISH[2:]], ["2024.0", "04"], "2024-04-30"),
    ],
)
def test_a_month_counts_on_its_last_day(
    header: list[str], cells: list[Any], day: str, tmp_path: Path
) -> None:
    rows = [header, [*cells, "Oakley", "Pumps", "10.50"], [*cells, "Brandt", "Filters", "20"]]
    found, brought = days(tmp_path, rows)
    assert set(found) == {day}
    assert len(found) == 2
    assert "were joined to order.date; a row counts on the last day" in brought.notes()


def test_a_day_of_its_own_is_kept(tmp_path: Path) -> None:
    header = ["日", "月", "年", "客户", "产品类别", "金额"]
    found, _ = days(
        tmp_path, [header, [7, 3, 2024, "甲", "阀门", 5], [31, 12, 2024, "乙", "管", 6]]
    )
    assert sorted(found) == ["2024-03-07", "2024-12-31"]


def test_another_date_stands(tmp_path: Path) -> None:
    rows = [["Order Date", *ENGLISH], ["2024-01-05", 2023, 12, "Oakley", "Pumps", 1]]
    found, brought = days(tmp_path, rows)
    assert found == ["2024-01-05"]
    assert "joined" not in brought.notes()


def test_a_month_that_is_none_is_rejected_by_itself(tmp_path: Path) -> None:
    good = [[2024, 1 + n % 12, "Oakley", "Pumps", n + 1] for n in range(2100)]
    rows = [ENGLISH, *good, [2024, 13, "Brandt", "Pumps", 7], ["", "", "Total", "", 999]]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "m.csv", rows))
    assert (found.counts.created, found.counts.rejected) == (2100, 1)
    assert "2024-13" in str(found.rejects[0].reason)


def test_a_ragged_row_is_rejected_and_not_shifted(tmp_path: Path) -> None:
    rows = [ENGLISH, [2024, 1, "Oakley", "Pumps", 5], [2024, 1, "Oakley", "Pumps"],
            [2024, 2, "Oakley", "Pumps", 5, 6], [2024, 3, "Oakley", "Pumps", 5]]  # fmt: skip
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "m.csv", rows))
    assert (found.counts.created, found.counts.rejected) == (2, 2)
