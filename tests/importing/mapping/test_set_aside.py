"""Columns of refunds and cancellations that are not read are told."""

from __future__ import annotations

import pytest

from ci_cli.errors import Where
from ci_cli.importing.mapping.set_aside import takes_back
from ci_cli.importing.talks.choose import map_table
from ci_cli.text import translate

ORDER = ["Order", "Date", "Customer", "Product", "Amount"]
ROWS = [["1", "2024-01-02", "Ann Smith", "Shoe", "10.00"],
        ["2", "2024-01-03", "Bob Jones", "Boot", "12.50"]]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("Refunded Amount", ["0.00", "2.50"], 1),
        ("退款金额", ["3.00", "2.50"], 2),
        ("Refunded Amount", ["0.00", "0"], 0),
        ("Refunded Amount", ["", ""], 0),
        ("Cancelled at", ["", "2024-01-05"], 1),
        ("Cancelled at", ["", ""], 0),
        ("Shipped at", ["", "2024-01-05"], 0),
        ("Discount code", ["", "X5"], 0),
    ],
)
def test_a_column_that_takes_back(header: str, cells: list[str], told: int) -> None:
    rows = [[*row, cell] for row, cell in zip(ROWS, cells, strict=True)]
    status = [[*row, "paid"] for row in rows]
    columns = map_table([*ORDER, header, "Status"], status, "orders", {}, [], Where())
    notes = [translate(note.text) for note in takes_back(columns, status)]
    assert bool(notes) is bool(told)
    assert all(header in note and f"{told} of the first 2 rows" in note for note in notes)


def test_what_its_status_takes_out_is_not_told() -> None:
    rows = [[*ROWS[0], "10.00", "refunded"], [*ROWS[1], "0", "paid"]]
    header = [*ORDER, "Refunded Amount", "Status"]
    columns = map_table(header, rows, "orders", {}, [], Where())
    assert takes_back(columns, rows) == []
