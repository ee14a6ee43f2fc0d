"""The one way in: a table as it was read -> a table with one header row and a row per record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.layout.columns_of_periods import looks_wide, read_wide
from ci_cli.importing.layout.groups import (
    FillDown,
    ask_about_groups,
    columns_to_fill,
    grouped_columns,
)
from ci_cli.importing.layout.header_rows import Head, find_head
from ci_cli.importing.layout.merges import MergedCells, merged_rows
from ci_cli.importing.layout.options import EVERY_GROUP, LayoutOptions
from ci_cli.importing.layout.rulings import without_rulings
from ci_cli.importing.layout.split_dates import SplitDates, split_date
from ci_cli.importing.layout.unpivot import Unpivot
from ci_cli.importing.skips import names_columns
from ci_cli.readers.base import Chunk, DamagedRow, RawTable
from ci_cli.report import Note
from ci_cli.text import listed, msg

if TYPE_CHECKING:
    from ci_cli.importing.model import ImportOptions

SAMPLE_ROWS = 2_000
Stage = Callable[[Iterator[Chunk]], Iterator[Chunk]]


def arrange(table: RawTable, options: ImportOptions) -> RawTable:
    """Return ``table`` in the shape that mapping and conversion expect.

    Lines drawn between rows are left out, merged cells and groups are filled where the user says
    so, two header rows are joined, columns of months become rows, year and month become a date.
    Every row keeps its line; a row that was made of one cell bears ``line + place × CELL``. What
    was done is added to the table's notes, counts at the end of the first full pass.

    Raises:
        CiError: ``header-damaged``; and, all with exit 2: ``header-row-invalid``,
            ``header-rows-unclear``, ``fill-column-unknown``, ``cells-grouped``,
            ``columns-are-months``, ``unpivot-impossible``, ``year-unknown``, ``period-twice``.
    """
    layout = options.layout
    table = without_rulings(table, SAMPLE_ROWS)
    lines, rows = table.first_rows(SAMPLE_ROWS)
    if not rows:
        return table
    head = find_head(table, lines, rows, layout.header_row, wide=layout.unpivots)
    _refuse_damaged_header(table, head)
    stages: list[Stage] = []
    tell = table.notes.append
    if head.sure:
        stages.append(_HeaderRow(head).stage)
    _tell_joined_header(head, lines, tell)
    places = columns_to_fill(table, head, layout.fill_down, options.overrides)
    ranges = merged_rows(head, table.merged)
    if not layout.fill_merged:
        ranges = [one for one in ranges if one.first_place not in places]
    if ranges:
        stages.append(MergedCells(ranges, head, layout.fill_merged, tell).stage)
    if places:
        stages.append(FillDown(places, head, tell).stage)
    if not (layout.fill_down or ranges) and options.kind in (None, "orders"):
        groups = grouped_columns(head, options.overrides)
        if groups:
            raise ask_about_groups(table, head, groups)
    cells: tuple[str, ...] = ()
    if layout.unpivots:
        made = Unpivot(read_wide(table, head, layout), head, tell)
        stages.append(made.stage)
        cells = made.cells
    elif layout.unpivot is None and options.kind in (None, "orders") and looks_wide(head):
        raise _ask_about_months(table, head)
    elif joined := _parts_of_dates(head, options):
        stages.append(SplitDates(joined, head, tell).stage)
    if not stages:
        return replace(table, header_line=head.line)
    return replace(table, chunks=_through(table, stages), header_line=head.line, cells=cells)


def _tell_joined_header(head: Head, lines: list[int], tell: Callable[[Note], None]) -> None:
    if head.first < head.last:
        tell(
            Note(
                msg("The header stands in lines {first} to {last}, which were joined: {names}.",
                    first=lines[head.first], last=head.line,
                    names=listed([name for name in head.names if name]))
            )
        )  # fmt: skip


def _parts_of_dates(head: Head, options: ImportOptions) -> list[int] | None:
    """Return the columns that make a date together; None where nobody looks for one."""
    wanted = options.kind in (None, "orders") and "order.date" not in options.overrides
    return split_date(head) if wanted else None


def _refuse_damaged_header(table: RawTable, head: Head) -> None:
    """Say so where the quotes of the header are out of order: no row below it tells the columns.

    A damaged row above the header that was found may be a title; read as it probably was meant, it
    is the header where it names columns.

    Raises:
        CiError: ``header-damaged``.
    """
    for place, row in enumerate(head.rows[: head.last + 1]):
        if isinstance(row, DamagedRow) and (place >= head.first or names_columns(row.cells)):
            raise CiError(
                "header-damaged",
                msg("this line is the header, but it cannot be read: {why}", why=row.reason),
                hint=msg(
                    "put the quotation marks of this line right: a mark inside a quoted text is"
                    " doubled; if it is not the header, --header-row N names another"
                ),
                where=Where(str(table.file), table.sheet, head.lines[place]),
            )


def settled_layout(table: RawTable, options: ImportOptions) -> LayoutOptions:
    """Return the layout as a saved map keeps it: ``--fill-down auto`` names its columns."""
    layout = options.layout
    if EVERY_GROUP not in layout.fill_down:
        return layout
    table = without_rulings(table, SAMPLE_ROWS)
    lines, rows = table.first_rows(SAMPLE_ROWS)
    if not rows:
        return layout
    head = find_head(table, lines, rows, layout.header_row, wide=layout.unpivots)
    places = columns_to_fill(table, head, layout.fill_down, options.overrides)
    return replace(layout, fill_down=tuple(head.names[at] or f"#{at + 1}" for at in places))


def header_of(table: RawTable) -> list[str]:
    """Return the header of an arranged table, stripped; empty where there is nothing in it."""
    lines, rows = table.first_rows(SAMPLE_ROWS)
    if not rows:
        return []
    if table.header_line in lines:
        return [cell.strip() for cell in rows[lines.index(table.header_line)]]
    return find_head(table, lines, rows).names


def _through(table: RawTable, stages: list[Stage]) -> Callable[[], Iterator[Chunk]]:
    def chunks() -> Iterator[Chunk]:
        found = table.chunks()
        for stage in stages:
            found = stage(found)
        return found

    return chunks


class _HeaderRow:
    """Puts the names in the place of the header's last row; its other rows go."""

    def __init__(self, head: Head) -> None:
        self.names = head.names
        self.last = head.line
        self.gone = set(head.lines[head.first : head.last])

    def stage(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the rows with one header row."""
        for chunk in chunks:
            if not chunk.lines or chunk.lines[0] > self.last:
                yield chunk
                continue
            kept = [
                (line, self.names if line == self.last else row)
                for line, row in zip(chunk.lines, chunk.rows, strict=True)
                if line not in self.gone
            ]
            yield Chunk([line for line, _ in kept], [row for _, row in kept])


def _ask_about_months(table: RawTable, head: Head) -> CiError:
    wide = [name for name in head.names if name]
    return CiError(
        "columns-are-months",
        msg("several columns are named for months or other periods: each row holds a figure for"
            " each of them"),
        hint=msg("--unpivot makes an order line of each figure, dated the last day of its period;"
                 " --no-unpivot keeps the columns as they are"),
        where=Where(str(table.file), table.sheet),
        exit_code=ExitCode.DECIDE,
        details=(msg("headers: {headers}", headers=listed(wide)),),
        choice=(
            Answer(("--unpivot",), msg("each figure becomes an order line")),
            Answer(("--no-unpivot",), msg("the columns stay as they are")),
        ),
    )  # fmt: skip
