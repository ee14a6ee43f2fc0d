"""A wide sheet (客户 | 2025-01 | 2025-02 …) -> one row per figure, as order lines need it.

Each figure becomes a row with the columns that say whose it is, the last day of its period as
``order.date``, the figure, and ``ci_cell``: the header that it stood under, by which a line of the
sheet and a column together lead back to the cell. Empty cells make no row.

The last day, because the sum of a month is known when the month is over: a report then counts the
month as complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ci_cli.errors import Where
from ci_cli.importing.layout.columns_of_periods import TOLERANCE, Wide
from ci_cli.importing.layout.groups import number_of
from ci_cli.importing.layout.header_rows import Head
from ci_cli.importing.skips import is_header_again, summary_word, total_word
from ci_cli.readers.base import (
    CELL,
    HEADER_AGAIN,
    Chunk,
    DamagedRow,
    RawTable,
    set_aside,
    wrong_width,
)
from ci_cli.report import Note
from ci_cli.text import listed, msg

CHUNK_ROWS = 10_000
CELL_HEADER = "ci_cell"
_NOTHING = frozenset(["", "-", "--", "---", "–", "—", "/", "n/a", "N/A"])
_CHINESE_TOTALS = ("小计", "合计", "总计")


@dataclass
class Unpivot:
    """Makes rows of cells."""

    wide: Wide
    head: Head
    tell: Callable[[Note], None]
    _told: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        names = [*self.wide.measures.values()]
        self.measures = list(dict.fromkeys(names))
        by_day: dict[str, dict[str, int]] = {}
        for place, day in sorted(self.wide.days.items(), key=lambda item: (item[1], item[0])):
            by_day.setdefault(day.isoformat(), {})[self.wide.measures[place]] = place
        # day, place that numbers the row, its header, place of each measure (None: no such column)
        self.plan = [
            (day, min(places.values()), [places.get(name) for name in self.measures])
            for day, places in by_day.items()
        ]

    @property
    def header(self) -> list[str]:
        """Return the header of the rows made."""
        ids = [self.head.names[place] for place in self.wide.ids]
        return [*ids, "order.date", *self.measures, CELL_HEADER]

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the header by the place of its column, counted from 1."""
        return ("", *self.head.names)

    def stage(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the rows made; those above the header stay as they are."""
        self.rows = self.made = 0
        self.summaries: list[tuple[int, str]] = []
        self.wrong: list[tuple[int, str, Decimal]] = []
        self.checked = 0
        for chunk in chunks:
            lines: list[int] = []
            rows: list[list[str]] = []
            for line, row in zip(chunk.lines, chunk.rows, strict=True):
                if line < self.head.line:
                    lines.append(line)
                    rows.append(row)
                elif line == self.head.line:
                    lines.append(line)
                    rows.append(self.header)
                else:
                    self._take(line, row, lines, rows)
                if len(rows) >= CHUNK_ROWS:
                    yield Chunk(lines, rows)
                    lines, rows = [], []
            if rows:
                yield Chunk(lines, rows)
        if not self._told:
            self._told = True
            for note in self._notes():
                self.tell(note)

    def _take(self, line: int, row: list[str], lines: list[int], rows: list[list[str]]) -> None:
        """Add the rows that one row of the sheet makes."""
        ids = [row[place] if place < len(row) else "" for place in self.wide.ids]
        word = None if isinstance(row, DamagedRow) else _total_in(ids)
        if word is not None:
            self.summaries.append((line, word))
            return
        bad = refused(row, self.head.names)
        if bad is not None:
            lines.append(line)
            rows.append(bad)
            return
        if not any(cell.strip() for cell in ids):
            if any(row[place].strip() for place in self.wide.days):
                lines.append(line)
                rows.append(
                    set_aside(
                        [" | ".join(row)],
                        msg("nothing in the row says whose figures these are"),
                        msg("name the customer or product of the row; a row of totals may be"
                            " removed"),
                    )
                )  # fmt: skip
            return
        self.rows += 1
        self._check(line, row)
        for day, number, places in self.plan:
            figures = ["" if place is None else row[place] for place in places]
            if all(figure.strip() in _NOTHING for figure in figures):
                continue
            self.made += 1
            lines.append((number + 1) * CELL + line)
            rows.append([*ids, day, *figures, self.head.names[number]])

    def _check(self, line: int, row: list[str]) -> None:
        """Compare the columns of sums with what they add up."""
        for place, parts in self.wide.sums.items():
            said = number_of(row[place])
            numbers = [number for part in parts if (number := number_of(row[part])) is not None]
            if said is None or not numbers:
                continue
            self.checked += 1
            if abs(sum(numbers, Decimal(0)) - said) > TOLERANCE * len(numbers):
                self.wrong.append((line, row[place], sum(numbers, Decimal(0))))

    def _notes(self) -> Iterator[Note]:
        names, wide = self.head.names, self.wide
        first, last = self.plan[0], self.plan[-1]
        yield Note(
            msg(
                "Unpivoted: {rows} rows with {n} periods from {first} to {last} made {made} rows;"
                " each figure counts on the last day of its period ({day} for “{first}”).",
                rows=self.rows, n=len(self.plan), first=names[first[1]], last=names[last[1]],
                made=self.made, day=first[0],
            )
        )  # fmt: skip
        yield Note(
            msg(
                "The figures are read as {fields} (--unpivot-as amount or quantity says"
                " otherwise).",
                fields=", ".join(self.measures),
            )
        )
        if wide.year_from is not None:
            yield Note(msg("The year of the months is taken from: {text}", text=wide.year_from))
        if wide.sums:
            sums = listed([names[place] for place in wide.sums])
            if self.wrong:
                line, said, counted = self.wrong[0]
                yield Note(
                    msg(
                        "Columns of sums left out: {list}. They differ from what they add up in"
                        " {n} cells (the first: line {line} says {said}, the sum is {sum}).",
                        list=sums, n=len(self.wrong), line=line, said=said,
                        sum=f"{counted:f}",
                    ),
                    "warning",
                )  # fmt: skip
            else:
                yield Note(
                    msg("Columns of sums left out: {list}. Cells compared, all right: {n}.",
                        list=sums, n=self.checked)
                )  # fmt: skip
        if wide.left:
            told = listed([names[place] for place in wide.left])
            yield Note(msg("Columns that hold no sales left out: {list}.", list=told))
        if self.summaries:
            line, word = self.summaries[0]
            yield Note(
                msg("Summary rows left out: {n} (the first: {word}, line {line}).",
                    n=len(self.summaries), word=word, line=line)
            )  # fmt: skip


def refused(row: list[str], names: Sequence[str]) -> list[str] | None:
    """Return a row below the header as one to be rejected, None where it can be read.

    It is one cell of text: its cells would not stand under the columns that are made.
    """
    width = len(names)
    text = [" | ".join(row)]
    if isinstance(row, DamagedRow):
        if row.fix is not None:
            row[:] = text
        return row
    if is_header_again(row, names):
        return set_aside(text, *HEADER_AGAIN)
    if len(row) < width or any(cell.strip() for cell in row[width:]):
        return set_aside(text, *wrong_width(len(row), width))
    return None


def _total_in(ids: list[str]) -> str | None:
    """Return the text that makes a row one of totals: 合计 first, or last (华东 | 小计).

    A text that ends so is one as well (华东小计); in English (Acme Total) a column to its right has
    to be empty, because a company may be called so.
    """
    if not ids:
        return None  # nothing but columns of periods
    last = max((at for at, cell in enumerate(ids) if cell.strip()), default=0)
    label = ids[last : last + 1]
    exact = summary_word(ids, ()) or summary_word(label, ())
    if exact or not (last < len(ids) - 1 or ids[last].strip().endswith(_CHINESE_TOTALS)):
        return exact
    return total_word(label, ())


def place_of_cell(table: RawTable, where: Where) -> Where:
    """Return the line and column in the file of a row whose number holds more than its line."""
    place, line = divmod(where.line or 0, CELL)
    column = where.column
    if place and table.cells and column not in table.cells:
        column = table.cells[place]
    return replace(where, line=line, column=column)
