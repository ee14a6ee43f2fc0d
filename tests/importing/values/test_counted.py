"""Numbers with units in their cells: parted where a header counts or prices, text elsewhere."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.mapping.columns import map_columns
from ci_cli.importing.values.counted import part_unit
from ci_cli.store import engine
from importer import bring_in, new_store


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("40 Nos", "40", "Nos"),
        ("40Nos.", "40", "Nos."),
        ("5箱", "5", "箱"),
        ("1,250.5 kg", "1,250.5", "kg"),
        ("-3 pcs", "-3", "pcs"),
        ("(3) pcs", "(3)", "pcs"),
        ("250.00/Nos", "250.00", "Nos"),
        ("₹ 250.00 / Nos", "₹ 250.00", "Nos"),
        ("2.50元/箱", "2.50元", "箱"),
        ("12.40 per box", "12.40", "box"),
        ("40", "40", ""),
        ("", "", ""),
        ("3万", "3万", ""),  # a number: thirty thousand
        ("12元", "12元", ""),
        ("500/-", "500/-", ""),
        ("2024-05-01", "2024-05-01", ""),
        ("A4 sheet", "A4 sheet", ""),
        ("two boxes", "two boxes", ""),
        ("3 x 20 kg", "3 x 20 kg", ""),
        ("10/12/2024", "10/12/2024", ""),
    ],
)
def test_a_number_is_parted_from_its_unit(text: str, number: str, unit: str) -> None:
    assert part_unit(text) == (number, unit)


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["Nos", "pcs", "箱", "kg", "m²", "Mtr."]))
def test_the_number_comes_back_as_it_was_written(number: object, unit: str) -> None:
    assert part_unit(f"{number} {unit}") == (str(number), unit)


@given(st.text(max_size=80))
def test_no_text_is_lost(text: str) -> None:
    number, unit = part_unit(text)
    assert number in text
    assert unit in text
    assert bool(unit) or number == text


def brought(folder: Path, text: str) -> list[tuple[int, int, int, str | None]]:
    store = new_store(folder / "ci.db")
    path = folder / "sales.csv"
    path.write_text(text, "utf-8")
    outcome = bring_in(store, path)
    assert outcome.counts.rejected == 0
    with closing(engine.connect(store)) as conn:
        rows = conn.execute(
            "SELECT quantity, unit_price, amount, extra FROM order_line ORDER BY rowid"
        )
        return [tuple(row) for row in rows]


def test_quantities_and_prices_with_units_come_in_and_the_units_stay(tmp_path: Path) -> None:
    rows = brought(
        tmp_path,
        "Date,Customer,Voucher No.,Item,Quantity,Rate,Value\n"
        "2024-04-01,Anand Traders,101,Hex bolt M8,40 Nos,250.00/Nos,10000.00\n"
        "2024-04-02,Bharat Stores,102,Cable,12.5 Mtr,40.00/Mtr,500.00\n",
    )
    assert rows == [
        (40_000_000, 2_500_000, 100_000_000, '{"Quantity": "40 Nos", "Rate": "250.00/Nos"}'),
        (12_500_000, 400_000, 5_000_000, '{"Quantity": "12.5 Mtr", "Rate": "40.00/Mtr"}'),
    ]


def test_quantity_times_price_counts_where_both_carry_units(tmp_path: Path) -> None:
    rows = brought(tmp_path, "单号,日期,客户,品名,数量,单价\nA1,2024-01-02,甲公司,纸箱,5箱,2.50元/箱\n"
                             "A2,2024-01-03,乙公司,胶带,12卷,3元/卷\n")  # fmt: skip
    assert [row[:3] for row in rows] == [
        (5_000_000, 25_000, 125_000), (12_000_000, 30_000, 360_000)
    ]  # fmt: skip


def test_a_size_is_no_quantity() -> None:
    header = ["单号", "日期", "客户", "品名", "规格", "数量"]
    rows = [["A1", "2024-01-02", "甲公司", "糖", "500 g", "3"],
            ["A2", "2024-01-03", "乙公司", "盐", "250 g", "4"]]  # fmt: skip
    found = map_columns(header, rows)
    assert found.index("line.quantity") == 5
    assert not any(column.counted for column in found.columns)


def test_few_units_among_words_are_no_numbers() -> None:
    header = ["单号", "日期", "客户", "品名", "数量"]
    rows = [["A1", "2024-01-02", "甲", "糖", "一些"], ["A2", "2024-01-03", "乙", "盐", "3箱"]]
    assert not any(column.counted for column in map_columns(header, rows).columns)
