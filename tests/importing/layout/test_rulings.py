"""Lines drawn between rows are no data: they are left out and counted, wherever a table is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci_cli.readers.base import ReadOptions, is_ruling
from ci_cli.readers.opening import open_tables
from ci_cli.readers.preview import Preview
from sheets import Brought, workbook

ROWS = [[f"A{n}", f"2025-01-{n:02}", f"K{n % 3}", "Tea", f"{n}.50"] for n in range(1, 9)]
HEADER = ["Order ID", "Order Date", "Customer ID", "Product", "Amount"]


def boxed(cells: list[str]) -> str:
    return "| " + " | ".join(f"{cell:<11}" for cell in cells) + " |\n"


def piped(cells: list[str]) -> str:
    return " " + " | ".join(f"{cell:<11}" for cell in cells) + "\n"


LINE = "+" + "+".join(["-" * 13] * 5) + "+\n"
PASTED = {
    "markdown": boxed(HEADER) + "|---|:---:|---|---|---:|\n" + "".join(map(boxed, ROWS)),
    "mysql": LINE + boxed(HEADER) + LINE + "".join(map(boxed, ROWS)) + LINE,
    "psql": piped(HEADER) + "+".join(["-" * 13] * 5) + "\n" + "".join(map(piped, ROWS)),
    "report": ",".join(HEADER) + "\n-----,-----,-----,-----,-----\n"
    + "".join(",".join(row) + "\n" for row in ROWS[:4]) + ",,,,======\n"
    + "".join(",".join(row) + "\n" for row in ROWS[4:]) + "=" * 40 + "\n",
}  # fmt: skip


@pytest.mark.parametrize("name", PASTED)
def test_a_table_from_a_terminal_or_a_wiki(tmp_path: Path, name: str) -> None:
    path = tmp_path / "pasted.txt"
    path.write_text(PASTED[name], "utf-8")
    brought = Brought(tmp_path)
    file = brought.bring(path)
    assert (file.kind, file.counts.read, file.counts.created) == ("orders", 8, 8)
    assert not file.rejects
    assert "Drawn lines left out" in brought.notes()
    days = [(day, key, amount) for _, day, key, amount in brought.lines()]
    assert days == [(row[1], row[2], int(float(row[4]) * 10_000)) for row in ROWS]
    with open_tables(path, ReadOptions()) as tables:
        preview = Preview(tables[0])
        shown = [row.cells for row in preview.rows()]
    assert [cell.strip() for cell in preview.heading.names if cell.strip()] == HEADER
    assert not preview.problems
    assert len(shown) > 8  # a preview leaves nothing out


def test_in_a_workbook(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["-----"] * 5,
        *ROWS,
        [None, None, None, None, "----"],
        ["Total", *[None] * 3, 40],
    ]
    brought = Brought(tmp_path)
    file = brought.bring(workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert (file.counts.read, file.counts.created, file.counts.rejected) == (8, 8, 0)
    assert "Drawn lines left out: 2 (the first: line 2)" in brought.notes()


@pytest.mark.parametrize(
    "row",
    [["-", "-"], ["--"], ["", ""], ["---", "x"], ["-1-", "---"], ["---", "0"], ["N/A", "---"], []],
)
def test_what_is_no_drawn_line(row: list[str]) -> None:
    assert not is_ruling(row)
