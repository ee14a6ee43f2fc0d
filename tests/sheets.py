"""Ways to make ugly sheets, and to see what an import makes of them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.importing.model import FileResult
from importer import bring_in, new_store

HEADER = ["订单号", "日期", "客户编号", "客户", "商品", "数量", "金额"]


def order_row(number: int = 1, **cells: Any) -> list[Any]:
    """Return one order line under ``HEADER``."""
    usual = {
        "订单号": f"A{number}", "日期": "2025-01-02", "客户编号": f"K{number}",
        "客户": f"公司{number}", "商品": "茶", "数量": 2, "金额": 10,
    }  # fmt: skip
    return [{**usual, **cells}[name] for name in HEADER]


def workbook(
    path: Path, sheets: dict[str, Sequence[Sequence[Any]]], *, merge: Iterable[str] = (),
    hide: Iterable[int] = (), epoch: Any = None,
) -> Path:  # fmt: skip
    """Write a workbook; ranges are merged and rows hidden in every sheet."""
    from openpyxl import Workbook

    book = Workbook()
    if epoch is not None:
        book.epoch = epoch
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merge:
            sheet.merge_cells(cells)
        for row_number in hide:
            sheet.row_dimensions[row_number].hidden = True
    book.save(path)
    return path


def text_file(path: Path, rows: Iterable[Sequence[Any]]) -> Path:
    """Write a csv file."""
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    return path


class Brought:
    """A store, and the one file that was imported last."""

    def __init__(self, folder: Path, name: str = "ci.db", currency: str = "CNY") -> None:
        self.store = new_store(folder / name, currency=currency)
        self.file: FileResult

    def bring(self, path: Path, layout: LayoutOptions | None = None, **options: Any) -> FileResult:
        """Import a file of one table."""
        result = bring_in(self.store, path, layout=layout or LayoutOptions(), **options)
        (self.file,) = result.files
        return self.file

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return the answer of the store."""
        with closing(sqlite3.connect(self.store)) as conn:
            return conn.execute(query).fetchall()

    def lines(self) -> list[tuple[Any, ...]]:
        """Return (line of the file, day, customer, amount in ten-thousandths) of every line."""
        return self.ask(
            "SELECT l.line, o.date, coalesce(r.source_key, ''), l.amount FROM order_line AS l"
            " JOIN sales_order AS o ON o.id = l.order_id LEFT JOIN record AS r ON r.id ="
            " o.record_id ORDER BY l.line, o.date, l.amount"
        )

    def notes(self) -> str:
        """Return all notes as one text."""
        return "\n".join(str(note.text) for note in self.file.notes)
