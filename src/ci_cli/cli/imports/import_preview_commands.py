"""``ci-cli import preview``: a file as it is read, before anything is brought in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.imports.import_options import (
    DelimiterOption,
    EncodingOption,
    LimitOption,
    RecordOption,
    SheetOption,
    read_options,
)
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import Msg, _, msg

if TYPE_CHECKING:
    from ci_cli.readers.base import RawTable
    from ci_cli.readers.preview import Preview, Row

FEW_ROWS = 20  # shown to a person unless more are asked for
SHOWN_PROBLEMS = 20


def register(app: typer.Typer) -> None:
    """Add the command to the group."""

    @command(
        app, "preview", shares=("show",),
        example="ci-cli import preview orders.csv --rows 5",
        help=_("Show a file as it is read: header, rows, encoding, what is wrong with which row."),
    )  # fmt: skip
    def preview(
        session: Session,
        file: Annotated[str, typer.Argument(metavar="FILE", help=_("A file, or - for a pipe."))],
        rows: Annotated[
            str | None,
            typer.Option("--rows", metavar="N|all", help=_("Rows to show; csv and json: all.")),
        ] = None,
        sheet: SheetOption = None,
        number: Annotated[
            int, typer.Option("--table", metavar="N", min=1, help=_("Which table of the sheet."))
        ] = 1,
        encoding: EncodingOption = None,
        delimiter: DelimiterOption = None,
        record: RecordOption = None,
        limit: LimitOption = None,
    ) -> int:
        from ci_cli.output.render import FOR_PEOPLE, choose_format
        from ci_cli.readers.opening import open_tables
        from ci_cli.readers.preview import Preview

        name = choose_format(session.format, session.out)
        count = _row_count(rows, few=name in FOR_PEOPLE)
        options = read_options(encoding, delimiter, sheet, record, limit)
        try:
            with open_tables(Path(file), options) as tables:
                shown = Preview(tables[0], number)
                every = shown.rows()
                every = chain(list(islice(every, 1)), every)  # by now the header is known
                _require_part(shown)
                found = islice(every, count)
                if name == "csv":
                    _write_csv(session, shown, found)
                else:
                    _show(session, shown, list(found))
                deque(every, maxlen=0)  # to the end: what is wrong may stand there
                _say(session, shown, tables)
        except CiError as error:
            if error.code != "file-empty":
                raise
            _nothing(session, name, error)
        return ExitCode.DONE


def _row_count(text: str | None, *, few: bool) -> int | None:
    """Return how many rows to show; None: all."""
    if text is None:
        return FEW_ROWS if few else None
    if text == "all":
        return None
    if not text.isdecimal():
        raise CiError(
            "rows-invalid",
            msg("{text} is no number of rows.", text=text),
            hint=msg("Write a whole number, or all."),
            exit_code=ExitCode.DECIDE,
        )
    return int(text)


def _nothing(session: Session, name: str, error: CiError) -> None:
    """Show that a file is empty: no table at all in csv, none with rows elsewhere."""
    from ci_cli.output.render import write_records

    if name == "csv":
        write_records([], target=session.out, quiet=session.quiet)
    else:
        empty = Table("rows", (Column("line", msg("line"), "int"),), [])
        session.show(Report("import-preview", msg("The file holds nothing"), [empty]))
    session.say(Note(error.message, "warning"))


def _write_csv(session: Session, preview: Preview, rows: Iterable[Row]) -> None:
    from ci_cli.output.render import write_records

    header = [preview.heading.names] if preview.heading.rows else []
    cells = chain(header, (row.cells for row in rows))
    write_records(cells, target=session.out, quiet=session.quiet)


def _show(session: Session, preview: Preview, rows: list[Row]) -> None:
    table = preview.table
    columns = _columns(preview.heading.names, max((len(row.cells) for row in rows), default=0))
    width = len(columns) - 1
    cells = [(row.line, *row.cells, *[None] * (width - len(row.cells))) for row in rows]
    meta = {
        "file": str(table.file), "sheet": table.sheet, "format": table.format,
        "encoding": table.encoding, "delimiter": table.delimiter, "table": preview.number,
        "header_lines": preview.header_lines,
        "titles": [[cell for cell in row.cells if cell] for row in preview.titles],
        "problems": [{"line": line, "reason": reason} for line, reason in preview.problems],
    }  # fmt: skip
    title = msg("{file} as it is read", file=_place(table))
    session.show(Report("import-preview", title, [Table("rows", columns, cells)], meta))


def _columns(names: list[str], width: int) -> tuple[Column, ...]:
    """Return one column for the lines and one per cell of the longest row, with different keys."""
    taken = {"line"}
    columns = [Column("line", msg("line"), "int")]
    for place in range(max(width, len(names))):
        name = names[place] if place < len(names) else ""
        label: Msg | str = name if name.strip() else msg("column {n}", n=place + 1)
        key = base = name if name.strip() else f"column {place + 1}"
        again = 1
        while key in taken:
            again += 1
            key = f"{base} ({again})"
        taken.add(key)
        columns.append(Column(key, label))
    return tuple(columns)


def _place(table: RawTable) -> str:
    return f"{table.file.name} [{table.sheet}]" if table.sheet else table.file.name


def _require_part(preview: Preview) -> None:
    """Refuse the number of a table that is not there."""
    if len(preview.parts) < preview.number > 1:
        raise CiError(
            "table-missing",
            msg("There is no table {n} on it.", n=preview.number),
            hint=msg("Leave --table away to see the first one, and where others begin."),
            where=Where(str(preview.table.file), preview.table.sheet),
            exit_code=ExitCode.DECIDE,
        )


def _say(session: Session, preview: Preview, tables: list[RawTable]) -> None:
    """Say beside the data how the file was understood and which rows would not go in."""
    session.say(*preview.table.notes, *_about_header(preview))
    others = ", ".join(table.sheet for table in tables[1:] if table.sheet)
    if others:
        session.say(Note(msg("further sheets: {names} (see one with --sheet)", names=others)))
    for number, part in enumerate(preview.parts, 1):
        if number != preview.number:
            text = msg(
                "line {line}: another table begins, {n} columns (see it with --table {number});"
                " an import takes its rows as rows of the first one",
                line=part.line, n=len(part.names), number=number,
            )  # fmt: skip
            session.say(Note(text, "warning"))
    for line, reason in preview.problems[:SHOWN_PROBLEMS]:
        session.say(
            Note(msg("line {line}: {reason}; an import rejects it", line=line, reason=reason),
                 "warning")
        )  # fmt: skip
    if len(preview.problems) > SHOWN_PROBLEMS:
        more = len(preview.problems) - SHOWN_PROBLEMS
        session.say(Note(msg("… and {n} more", n=more), "warning"))


def _about_header(preview: Preview) -> Iterator[Note]:
    yield Note(msg("rows below the header: {n}", n=preview.count))
    if preview.titles:
        texts = " / ".join(" ".join(filter(None, row.cells)) for row in preview.titles)
        yield Note(msg("above the header, not shown: {text}", text=texts))
    lines = preview.header_lines
    if not lines:
        yield Note(msg("no header found: all rows are shown"), "warning")
    elif lines == [0]:
        return  # the format names its columns itself
    elif len(lines) == 1:
        yield Note(msg("header: line {line}", line=lines[0]))
    else:
        yield Note(
            msg("header: lines {first} to {last}, joined", first=lines[0], last=lines[-1]),
            "warning",
        )
