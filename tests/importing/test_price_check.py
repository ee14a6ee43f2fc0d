"""A few lines whose amount contradicts quantity × price are told; the amount counts."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.line_money import LineMoney
from ci_cli.importing.price_check import PriceCheck
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE
from ci_cli.store import engine
from ci_cli.text import translate
from importer import bring_in, new_store

HEADER = "Order,Date,Customer,Product,Quantity,Unit price,Amount"


def _file(path: Path, rows: list[str], header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def _told(path: Path, tmp_path: Path) -> list[str]:
    result = bring_in(new_store(tmp_path / "ci.db"), path)
    return [text for file in result.files for note in file.notes
            if "quantity ×" in (text := translate(note.text)) and "Rows" in text]  # fmt: skip


def _rows(n: int) -> list[str]:
    return [f"{i},2024-01-{i % 28 + 1:02},Ann,Tea,{i},2.50,{i * 2.5:.2f}" for i in range(1, n + 1)]


def test_a_slip_is_told_with_its_line_and_the_amount_counts(tmp_path: Path) -> None:
    rows = _rows(30)
    rows[6] = "7,2024-01-08,Ann,Tea,7,2.50,71.50"
    told = _told(_file(tmp_path / "orders.csv", rows), tmp_path)
    assert told == ["Rows whose amount is not quantity × price: 1 of 30 (the first: line 8)."
                    " The amount counts."]  # fmt: skip
    with closing(engine.connect(tmp_path / "ci.db")) as conn:
        total = conn.execute("SELECT sum(amount) FROM order_line").fetchone()[0]
    assert total == sum(i * 25_000 for i in range(1, 31)) + 71 * 10_000 + 5_000 - 175_000


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (HEADER, "7,2024-01-08,Ann,Tea,3,0.67,2.00"),  # the price of one is rounded
        (HEADER, "7,2024-01-08,Ann,Tea,-7,2.50,-17.50"),
        (HEADER, "7,2024-01-08,Ann,Tea,7,2.50,0"),  # a gift
        (HEADER, "7,2024-01-08,Ann,Tea,,2.50,3.10"),
        (HEADER + ",Discount", "7,2024-01-08,Ann,Tea,7,2.50,15.00,2.50"),
    ],
)
def test_what_agrees_is_not_told(tmp_path: Path, header: str, row: str) -> None:
    rows = [f"{one}{',' * (header != HEADER)}" for one in _rows(30)]
    rows[6] = row
    assert _told(_file(tmp_path / "orders.csv", rows, header), tmp_path) == []


def test_columns_that_mean_something_else_are_not_told(tmp_path: Path) -> None:
    taxed = [f"{i},2024-01-{i % 28 + 1:02},Ann,Tea,{i},2.50,{i * 2.5 * 1.2:.2f}"
             for i in range(1, 31)]  # fmt: skip
    assert _told(_file(tmp_path / "orders.csv", taxed), tmp_path) == []


def _worths(quantity: int, price: int, discount: int | None) -> list[Fraction]:
    gross = abs(Fraction(quantity, QUANTITY_SCALE) * Fraction(price, MONEY_SCALE))
    less = gross - abs(Fraction(discount or 0, MONEY_SCALE))
    return [gross, less] if less >= 0 else [gross]


CELLS = st.none() | st.integers(-(10**9), 10**9)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=30), st.integers(1, 29))
def test_chunks_and_shortcuts_change_nothing(
    rows: list[tuple[int | None, int | None, int | None, int | None]], cut: int
) -> None:
    at_odds = [
        place
        for place, (quantity, price, amount, discount) in enumerate(rows, 1)
        if quantity is not None and price is not None and amount
        and all(
            abs(abs(Fraction(amount, MONEY_SCALE)) - abs(worth))
            > Fraction(1, 100) + abs(Fraction(quantity, QUANTITY_SCALE)) * Fraction(1, 200)
            for worth in _worths(quantity, price, discount)
        )
    ]  # fmt: skip
    check = PriceCheck()
    for first in (0, cut):
        part = rows[first : cut if not first else None]
        columns = [list(column) for column in zip(*part, strict=True)] or [[]] * 4
        money = LineMoney(columns[0], columns[1], columns[2], columns[3], [None] * len(part))
        check.add(range(first + 1, first + 1 + len(part)), money)
    assert check.at_odds == len(at_odds)
    assert check.first == (at_odds[0] if at_odds else None)
