"""Second pass over a file: chunks of text rows -> columns of typed values, bad rows set aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, NamedTuple

from ci_cli.errors import Where
from ci_cli.importing.evidence import Watch
from ci_cli.importing.model import Reject
from ci_cli.importing.values.cells import Memo, ValueReject
from ci_cli.readers.base import HEADER_AGAIN, Chunk, DamagedRow, wrong_width
from ci_cli.text import Msg, msg

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


class Rows(NamedTuple):
    """Rows of data, all as wide as the header; ``cells`` holds the same texts column by column."""

    lines: list[int]
    rows: list[list[str]]
    cells: list[tuple[str, ...]]

    def only(self, keep: Sequence[bool]) -> Rows:
        """Return the rows that ``keep`` marks."""
        lines, rows = list(compress(self.lines, keep)), list(compress(self.rows, keep))
        return rows_of(lines, rows, len(self.cells))


def rows_of(lines: list[int], rows: list[list[str]], width: int) -> Rows:
    """Return rows of ``width`` cells with their columns."""
    return Rows(lines, rows, list(zip(*rows, strict=True)) if rows else [()] * width)


@dataclass
class Converted:
    """Rows that can be read, column by column.

    ``extras`` holds the unmapped cells of each row as JSON, None where there are none.
    """

    lines: list[int]
    rows: list[list[str]]
    columns: dict[str, list[Any]]
    extras: Sequence[str | None]

    def column(self, field_name: str) -> list[Any]:
        """Return the values of a field, Nones where the file has no such column."""
        return self.columns.get(field_name) or [None] * len(self.lines)


@dataclass
class Converter:
    """How the rows of one file become values.

    Args:
        file: as the user named it, for the places of rejects.
        sheet: likewise.
        header: texts of the header row.
        fields: field -> position of its column.
        memos: field -> its converter.
        required: fields without which a row means nothing, with the remedy.
        extras: positions of the columns that are kept as they are.
        nulls: texts that mean an empty cell in this file.
        is_ours: the file came from an export or is a file of rejects: text that a spreadsheet
            would take for a formula carries an apostrophe.
        summary_word: gives the word that makes a row a total or a signature, else None.
        total_word: likewise for a row that cannot be read.
        may_be_summary: tells whether any of these first cells may begin such a row.
        watch: looks on where decisions were made from a sample.
    """

    file: str
    sheet: str | None
    header: list[str]
    fields: dict[str, int]
    memos: dict[str, Memo[Any]]
    required: tuple[str, ...] = ()
    extras: tuple[int, ...] = ()
    nulls: frozenset[str] = frozenset()
    is_ours: bool = False
    summary_word: Callable[[Sequence[str]], str | None] = lambda _row: None
    total_word: Callable[[Sequence[str]], str | None] = lambda _row: None
    may_be_summary: Callable[[Iterable[str]], bool] = lambda _firsts: False
    watch: Watch | None = None
    rejects: list[Reject] = field(default_factory=list)
    summaries: list[tuple[int, str]] = field(default_factory=list)  # line, the word that told
    read: int = 0  # rows of data

    def convert(self, chunks: Iterable[Chunk]) -> Iterator[Converted]:
        """Yield the readable rows; the others are collected in ``rejects``."""
        for rows in self.tidy(chunks):
            readable = self.readable(rows)
            columns = {name: self.column(name, readable) for name in self.memos}
            yield Converted(readable.lines, readable.rows, columns, self.kept(readable))

    def tidy(self, chunks: Iterable[Chunk]) -> Iterator[Rows]:
        """Yield the rows of data, as wide as the header; what is none is set aside."""
        for chunk in chunks:
            self.read += len(chunk.rows)
            rows = self._rectangular(chunk)
            if rows.rows:
                if self.watch is not None:
                    self.watch.rows(rows.cells, self.extras)
                yield rows

    def column(self, name: str, rows: Rows) -> list[Any]:
        """Return the values of a column, a :class:`ValueReject` where a cell cannot be read."""
        return self.memos[name].column(rows.cells[self.fields[name]])

    def readable(self, rows: Rows) -> Rows:
        """Return the rows of which every cell can be read; set the others aside."""
        bad: dict[int, tuple[str, ValueReject]] = {}
        for name in self.fields:
            if name not in self.memos:
                continue
            values = self.column(name, rows)
            if ValueReject in set(map(type, values)):
                for index, value in enumerate(values):
                    if type(value) is ValueReject:
                        bad.setdefault(index, (name, value))
        for name in self.required:
            for index, value in enumerate(self.column(name, rows)):
                if (value is None or value == "") and index not in bad:
                    bad[index] = (name, _missing(self.header[self.fields[name]]))
        if not bad:
            return rows
        for index, (name, verdict) in sorted(bad.items()):
            self.reject(rows.lines[index], name, rows.rows[index], verdict.reason, verdict.fix)
        return rows.only([index not in bad for index in range(len(rows.rows))])

    def kept(self, rows: Rows) -> Sequence[str | None]:
        """Return the cells of the extra columns of each row as JSON; None where all are empty."""
        if not self.extras:
            return [None] * len(rows.rows)
        names = self.extra_names()
        return [
            json.dumps(told, ensure_ascii=False)
            if (told := {name: row[position] for position, name in names if row[position]})
            else None
            for row in rows.rows
        ]

    def reject(
        self, line: int, field_name: str | None, row: list[str], reason: Msg, fix: Msg, *,
        is_conflict: bool = False,
    ) -> None:  # fmt: skip
        """Set a row aside; a total that does not begin with its word is left out instead."""
        word = None if is_conflict else self.total_word(row)
        if word is not None:
            self.summaries.append((line, word))
            self.read -= 1
            return
        position = None if field_name is None else self.fields.get(field_name)
        self.rejects.append(
            Reject(
                where=Where(
                    self.file, self.sheet, line,
                    None if position is None else self.header[position],
                ),
                value="" if position is None or position >= len(row) else row[position],
                reason=reason,
                fix=fix,
                row=row,
                is_conflict=is_conflict,
            )
        )  # fmt: skip

    def as_read(self, rows: list[list[str]]) -> list[list[str]]:
        """Return rows without the marks that stand for nothing, or for text, in this file."""
        if self.is_ours:
            rows = [[_unguarded(cell) for cell in row] for row in rows]
        if self.nulls:
            rows = [["" if cell in self.nulls else cell for cell in row] for row in rows]
        return rows

    def _rectangular(self, chunk: Chunk) -> Rows:
        width = len(self.header)
        lines, rows = chunk.lines, chunk.rows
        cells: list[tuple[str, ...]] | None = None
        if set(map(len, rows)) == {width} and DamagedRow not in set(map(type, rows)):
            cells = list(zip(*rows, strict=True))
        if (
            cells is None
            or (self.header[0] in cells[0] and self.header in rows)
            or "" in cells[0]
            or self.may_be_summary(set(cells[0]))
        ):
            cells = None
            kept = [
                (line, fitted)
                for line, row in zip(lines, rows, strict=True)
                if (fitted := self._watched(line, row, width)) is not None
            ]
            lines = [line for line, _ in kept]
            rows = [row for _, row in kept]
        if self.is_ours or self.nulls:
            cells = None
            rows = self.as_read(rows)
        return rows_of(lines, rows, width) if cells is None else Rows(lines, rows, cells)

    def _watched(self, line: int, row: list[str], width: int) -> list[str] | None:
        fitted = self._fitted(line, row, width)
        if self.watch is not None:
            if fitted is None and len(row) == width:
                self.watch.left_out(row, self.extras)
            elif len(row) > width or isinstance(row, DamagedRow):
                self.watch.is_plain = False
        return fitted

    def _fitted(self, line: int, row: list[str], width: int) -> list[str] | None:
        """Return the row as wide as the header, or None where it was set aside."""
        if isinstance(row, DamagedRow):
            self.reject(
                line, None, row, row.reason,
                row.fix
                or msg("put the quotation marks right: a mark inside a quoted text is doubled"),
            )  # fmt: skip
            return None
        if row == self.header:
            self.reject(line, None, row, *HEADER_AGAIN)
            return None
        word = self.summary_word(row)
        if word is not None:
            self.summaries.append((line, word))
            self.read -= 1  # no row of data: totals are computed from the rows
            return None
        if len(row) == width:
            return row
        if len(row) > width and not any(row[width:]):
            return row[:width]  # empty cells after the last column carry nothing
        self.reject(line, None, row, *wrong_width(len(row), width))
        return None

    def extra_names(self) -> list[tuple[int, str]]:
        """Return place and name of the extra columns, numbered where repeated or missing."""
        names: list[tuple[int, str]] = []
        seen: dict[str, int] = {}
        for position in self.extras:
            header = self.header[position] or f"#{position + 1}"
            seen[header] = seen.get(header, 0) + 1
            nth = f" ({seen[header]})" if seen[header] > 1 else ""
            names.append((position, header + nth))
        return names


def _unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that ``output`` puts before text like ``=1+1``."""
    if cell[:1] == "'" and cell.lstrip("'")[:1] in _FORMULA_STARTS:
        return cell[1:]
    return cell


def _missing(header: str) -> ValueReject:
    return ValueReject(
        msg("{header} is empty", header=header),
        msg("fill it in: without it the row belongs nowhere"),
    )
