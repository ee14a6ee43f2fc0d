"""What a person says about the shape of a sheet: on the command line, and in a saved map."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from sheets import HEADER, order_row, text_file, workbook

WIDE = [["客户", "区域", "1月", "2月"], ["甲公司", "华东", 100, 200], ["乙公司", "", 50, ""]]


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CI_LANG", "en")
    return ["--db", str(tmp_path / "ci.db")]


def amounts(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "ci.db")) as conn:
        return conn.execute(
            "SELECT o.date, l.amount / 10000 FROM order_line AS l JOIN sales_order AS o"
            " ON o.id = l.order_id ORDER BY 1, 2"
        ).fetchall()


def test_a_saved_map_unpivots_next_months_file(
    at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = str(text_file(tmp_path / "2025.csv", WIDE))
    assert run(["import", first, *at]) == 2
    assert "--unpivot" in capsys.readouterr().err
    assert run(["import", first, "--unpivot", *at]) == 0
    assert run(["import", "map", "save", "months", "--from", first, "--unpivot", *at]) == 0
    rows = [[*row, new] for row, new in zip(WIDE, ["3月", 7, 8], strict=True)]
    rows.insert(0, ["2025年销售额"])
    second = str(text_file(tmp_path / "march.csv", rows))
    capsys.readouterr()
    assert run(["import", second, *at]) == 0
    assert "saved map months" in capsys.readouterr().err
    assert amounts(tmp_path) == [
        ("2025-01-31", 50), ("2025-01-31", 100), ("2025-02-28", 200), ("2025-03-31", 7),
        ("2025-03-31", 8),
    ]  # fmt: skip
    assert run(["import", second, "--use-map", "months", *at]) == 0
    assert len(amounts(tmp_path)) == 5


def test_a_saved_map_fills_down_and_widens_codes(at: list[str], tmp_path: Path) -> None:
    rest = order_row(1, 订单号="", 日期="", 客户编号="", 客户="")
    rows = [HEADER, order_row(1, 客户编号=7), rest, order_row(2, 客户编号=42)]
    first = str(text_file(tmp_path / "a.csv", rows))
    options = ["--fill-down", "auto", "--id-width", "customer.id=6"]
    assert run(["import", first, *at]) == 2
    assert run(["import", first, *options, *at]) == 0
    assert run(["import", "map", "save", "book", "--from", first, *options, *at]) == 0
    rows[1] = order_row(3, 客户编号=42)
    second = str(text_file(tmp_path / "b.csv", rows[:3]))
    assert run(["import", second, *at]) == 0
    with closing(sqlite3.connect(tmp_path / "ci.db")) as conn:
        keys = conn.execute("SELECT source_key FROM record ORDER BY 1").fetchall()
        lines = conn.execute(
            "SELECT o.order_key, count(*) FROM sales_order AS o JOIN order_line AS l"
            " ON l.order_id = o.id GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert keys == [("000007",), ("000042",)]
    assert lines == [("A1", 2), ("A2", 1), ("A3", 2)]


def test_two_header_rows_by_number(at: list[str], tmp_path: Path) -> None:
    rows = [["订单明细表"], ["甲", "乙", "丙"], ["单号", "日期", "金额"], ["A1", "2025-01-02", 5]]
    path = str(workbook(tmp_path / "o.xlsx", {"Sheet1": rows}))
    maps = ["--map", "order.id=单号", "--map", "order.date=日期", "--map", "line.amount=金额"]
    assert run(["import", path, "--header-row", "2..3", "--as", "orders", *maps, *at]) == 0
    assert amounts(tmp_path) == [("2025-01-02", 5)]


@pytest.mark.parametrize("rows", ["0", "seven", "7..3", "3-4", ""])
def test_header_rows_that_are_none(
    rows: str, at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(text_file(tmp_path / "o.csv", [HEADER, order_row()]))
    assert run(["import", path, "--header-row", rows, *at]) == 2
    assert "header-row-invalid" in capsys.readouterr().err
    assert not (tmp_path / "ci.db").exists()


@pytest.mark.parametrize("width", ["6", "customer.id", "customer.id=x", "line.amount=6", "x=3"])
def test_widths_that_are_none(
    width: str, at: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(text_file(tmp_path / "o.csv", [HEADER, order_row()]))
    assert run(["import", path, "--id-width", width, *at]) == 2
    assert "id-width-invalid" in capsys.readouterr().err
