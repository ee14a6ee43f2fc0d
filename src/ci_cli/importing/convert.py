"""Second pass over a file: chunks of text rows -> columns of typed values, bad rows set aside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ci_cli.errors import Where
from ci_cli.importing.model import Reject
from ci_cli.importing.values.cells import Memo, ValueReject
from ci_cli.readers.base import Chunk, DamagedRow
from ci_cli.text import Msg, msg

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


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
    summary_word: Callable[[list[str]], str | None] = lambda _row: None
    total_word: Callable[[list[str]], str | None] = lambda _row: None
    rejects: list[Reject] = field(default_factory=list)
    summaries: list[tuple[int, str]] = field(default_factory=list)  # line, the word that told
    read: int = 0  # rows of data

    def convert(self, chunks: Iterator[Chunk]) -> Iterator[Converted]:
        """Yield the readable rows; the others are collected in ``rejects``."""
        for chunk in chunks:
            self.read += len(chunk.rows)
            lines, rows = self._rectangular(chunk)
            if rows:
                yield self._typed(lines, rows)

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

    def _rectangular(self, chunk: Chunk) -> tuple[list[int], list[list[str]]]:
        width = len(self.header)
        lines, rows = chunk.lines, chunk.rows
        if (
            set(map(len, rows)) != {width}
            or DamagedRow in set(map(type, rows))
            or self.header in rows
            or self._maybe_summary(rows)
        ):
            kept = [
                (line, fitted)
                for line, row in zip(lines, rows, strict=True)
                if (fitted := self._fitted(line, row, width)) is not None
            ]
            lines = [line for line, _ in kept]
            rows = [row for _, row in kept]
        if self.is_ours:
            rows = [[_unguarded(cell) for cell in row] for row in rows]
        if self.nulls:
            rows = [["" if cell in self.nulls else cell for cell in row] for row in rows]
        return lines, rows

    def _maybe_summary(self, rows: list[list[str]]) -> bool:
        """Tell whether a row may be a total: few distinct texts stand in first cells."""
        return any(self.summary_word([text]) for text in {row[0] for row in rows if row[0]}) or any(
            not row[0] for row in rows
        )

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
            self.reject(
                line, None, row,
                msg("the header stands here again"),
                msg("remove this row: it holds no data"),
            )  # fmt: skip
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
        self.reject(
            line, None, row,
            msg("the row has {found} cells, the header {expected}", found=len(row),
                expected=width),
            msg("put quotation marks around a text that holds the delimiter, or add what is"
                " missing"),
        )  # fmt: skip
        return None

    def _typed(self, lines: list[int], rows: list[list[str]]) -> Converted:
        cells = list(zip(*rows, strict=True))
        columns = {
            name: self.memos[name].column(cells[position])
            for name, position in self.fields.items()
            if name in self.memos
        }
        bad: dict[int, tuple[str, ValueReject]] = {}
        for name, values in columns.items():
            if ValueReject in set(map(type, values)):
                for index, value in enumerate(values):
                    if type(value) is ValueReject:
                        bad.setdefault(index, (name, value))
        for name in self.required:
            for index, value in enumerate(columns[name]):
                if (value is None or value == "") and index not in bad:
                    bad[index] = (name, _missing(self.header[self.fields[name]]))
        if bad:
            for index, (name, verdict) in sorted(bad.items()):
                self.reject(lines[index], name, rows[index], verdict.reason, verdict.fix)
            keep = [index for index in range(len(rows)) if index not in bad]
            lines = [lines[index] for index in keep]
            rows = [rows[index] for index in keep]
            columns = {name: [values[index] for index in keep] for name, values in columns.items()}
        return Converted(lines, rows, columns, self._extras(rows))

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

    def _extras(self, rows: list[list[str]]) -> Sequence[str | None]:
        if not self.extras:
            return [None] * len(rows)
        names = self.extra_names()
        return [
            json.dumps(told, ensure_ascii=False)
            if (told := {name: row[position] for position, name in names if row[position]})
            else None
            for row in rows
        ]


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
