"""Excel workbooks to rows of text.

The parsing happens in a process of its own (see :mod:`.excel_child`). Meanwhile this process looks
through the raw file for the cells which the parser would return as blank although they hold
something (see :mod:`.sheetscan`, :mod:`.olefile`), and puts them where they belong.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.readers import guard
from ci_cli.readers.base import UNCALCULATED, RawTable, ReadOptions
from ci_cli.readers.child import Child, ChildFailedError, Engine
from ci_cli.readers.guard import Snapshot
from ci_cli.readers.odsscan import TooManyRepeatsError, is_encrypted, scan_ods
from ci_cli.readers.olefile import OleError, error_cells
from ci_cli.readers.sheets import MAX_SHEET_ROWS, Sheet, choose_sheets
from ci_cli.readers.sheetscan import (
    DtdFoundError,
    Flagged,
    SheetScan,
    TooManyError,
    check_part,
    scan_sheet,
)
from ci_cli.readers.sheetshape import SheetShape
from ci_cli.readers.sheettable import SheetRows
from ci_cli.readers.workbook import BrokenBookError, read_contents, zero_formats
from ci_cli.readers.xlsbscan import scan_xlsb
from ci_cli.report import Note
from ci_cli.text import Msg, listed, msg

_CHECKED_PARTS = ("xl/sharedstrings.xml", "xl/styles.xml")  # in small letters

# Looks for what the parser would not tell, by the name of the sheet.
Scans = dict[str, SheetScan]
Scan = Callable[[Snapshot, str | None], Scans]


@contextmanager
def open_xlsx(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open the sheets of an .xlsx file, one table each.

    Raises:
        CiError: ``file-damaged``, ``file-encrypted``, ``file-too-large``, ``file-changed``,
            ``file-empty``, ``archive-unsafe``, ``sheet-missing``, ``workbook-unreadable``,
            ``workbook-uncalculated``, ``xml-entities``.
    """
    names = _check_archive(snapshot.path)
    with _tables("xlsx", snapshot, options, _scan_xlsx, ("calamine", "openpyxl")) as tables:
        if any(name.endswith("vbaProject.bin") for name in names):
            text = msg("its macros were neither read nor run: only the cells count")
            tables[0].notes.append(Note(text))
        yield tables


@contextmanager
def open_xlsb(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open the sheets of a binary .xlsb file, one table each.

    Raises:
        CiError: as :func:`open_xlsx`.
    """
    _check_archive(snapshot.path)
    with _tables("xlsb", snapshot, options, _scan_xlsb, ("calamine",)) as tables:
        yield tables


@contextmanager
def open_ods(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open the sheets of an OpenDocument spreadsheet, one table each.

    Raises:
        CiError: as :func:`open_xlsx`.
    """
    _check_archive(snapshot.path)
    with _tables("ods", snapshot, options, _scan_ods, ("calamine",)) as tables:
        yield tables


@contextmanager
def open_xls(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open the sheets of an old .xls file, one table each.

    Raises:
        CiError: as :func:`open_xlsx`.
    """
    if snapshot.size > guard.MAX_XLS_BYTES:
        raise guard.too_large(snapshot.path, snapshot.size, snapshot.size)
    with _tables("xls", snapshot, options, _scan_xls, ("calamine",)) as tables:
        yield tables


def _check_archive(path: Path) -> list[str]:
    """Refuse an archive that is made to harm; return the names of its parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            guard.check_archive(path, archive)
            return archive.namelist()
    except guard.BROKEN_ARCHIVE as error:
        raise guard.damaged(path, msg("its archive is not whole")) from error


def _scan_xls(snapshot: Snapshot, _: str | None) -> Scans:
    try:
        sheets = error_cells(snapshot.path)
    except OleError as error:
        raise guard.damaged(snapshot.path, msg("its container cannot be read")) from error
    return {
        name: SheetScan([Flagged(*cell) for cell in cells], shape) for name, cells, shape in sheets
    }


def _scan_xlsx(snapshot: Snapshot, wanted: str | None) -> Scans:
    found = {}
    with _archive_errors(snapshot.path) as place, zipfile.ZipFile(snapshot.path) as archive:
        contents = read_contents(archive)
        for part in archive.namelist():
            if part.lower() in _CHECKED_PARTS:
                with archive.open(part) as stream:
                    check_part(stream)
        zeros = zero_formats(archive)
        for at in choose_sheets(contents.sheets, wanted):
            place.sheet = contents.sheets[at].name
            found[place.sheet] = scan_sheet(archive, contents.parts[at], zeros)
    return found


def _scan_xlsb(snapshot: Snapshot, wanted: str | None) -> Scans:
    with _archive_errors(snapshot.path), zipfile.ZipFile(snapshot.path) as archive:
        return scan_xlsb(archive, wanted)


def _scan_ods(snapshot: Snapshot, _: str | None) -> Scans:
    with _archive_errors(snapshot.path), zipfile.ZipFile(snapshot.path) as archive:
        if is_encrypted(archive):
            raise guard.encrypted(snapshot.path)
        return scan_ods(archive)


@dataclass
class _Place:
    sheet: str | None = None


@contextmanager
def _archive_errors(path: Path) -> Iterator[_Place]:
    """Turn what can be wrong inside of an archive into our errors, naming the sheet it is in."""
    place = _Place()
    try:
        yield place
    except DtdFoundError:
        raise CiError(
            "xml-entities",
            msg("the file declares entities or a document type, which is refused"),
            hint=msg("open it in the program that it comes from and save it under a new name"),
            where=Where(file=str(path), sheet=place.sheet),
        ) from None
    except TooManyError:
        raise CiError(
            "workbook-uncalculated",
            msg(
                "more than {count} cells hold errors or were never calculated",
                count=guard.MAX_FLAGGED_CELLS,
            ),
            hint=msg(
                "open the workbook in Excel, let it calculate, and save it; --limit errors=N allows"
                " more"
            ),
            where=Where(file=str(path), sheet=place.sheet),
        ) from None
    except TooManyRepeatsError:
        raise CiError(
            "file-too-large",
            msg("more than {count} filled rows only repeat another", count=guard.MAX_REPEATED_ROWS),
            hint=msg(
                "delete the rows below the table and save it; if they are genuine, raise the limit:"
                " --limit repeats=2000000"
            ),
            where=Where(file=str(path), sheet=place.sheet),
        ) from None
    except (BrokenBookError, ExpatError, KeyError) as error:
        raise guard.damaged(path, msg("a part of it cannot be read"), place.sheet) from error
    except guard.BROKEN_ARCHIVE as error:
        raise guard.damaged(path, msg("its archive is not whole"), place.sheet) from error


@dataclass
class _Parsed:
    """What the child found: all sheets, and a spool for each that it read."""

    sheets: list[Sheet]
    tables: list[dict[str, Any]]
    folder: Path
    scans: Scans
    engine: Engine

    def flagged(self, table: dict[str, Any]) -> list[Flagged]:
        """Return the cells of a table that the parser lost."""
        scan = self.scans.get(self.sheets[table["sheet"]].name)
        return scan.flagged if scan else []


@contextmanager
def _tables(
    format_name: str,
    snapshot: Snapshot,
    options: ReadOptions,
    scan: Scan,
    engines: tuple[Engine, ...],
) -> Iterator[list[RawTable]]:
    """Yield the tables, whose rows stand in temporary files until the caller is done."""
    with guard.private_folder() as folder:
        parsed = _parse(snapshot, options.sheet, scan, engines, folder)
        snapshot.verify()
        if not parsed.tables:
            raise _no_sheet(snapshot.path, parsed.sheets, options.sheet)
        notes = _notes(parsed, options.sheet)
        tables = []
        for table in parsed.tables:
            name = parsed.sheets[table["sheet"]].name
            flagged = parsed.flagged(table)
            if not table["rows"] and not flagged:
                continue
            spool = parsed.folder / table["spool"]
            columns = range(table["left"] + table["begin"], table["left"] + table["end"])
            found = parsed.scans.get(name)
            shape = found.shape if found else SheetShape()
            rows = SheetRows(spool, table["left"], columns, found.flagged if found else [])
            if rows.width > guard.MAX_BOOK_COLUMNS:
                raise _unreadable(snapshot.path, [ChildFailedError("wide", "")])
            tables.append(
                RawTable(
                    file=snapshot.path,
                    sheet=name,
                    format=format_name,
                    sha256=snapshot.sha256,
                    size=snapshot.size,
                    chunks=rows.chunks,
                    notes=[*_about(found), *notes],
                    merged=shape.moved(rows.first + table["left"]),
                )
            )
            notes = []  # said once, with the first table
        if not tables:
            raise guard.empty(snapshot.path)
        yield tables


def _parse(
    snapshot: Snapshot, wanted: str | None, scan: Scan, engines: tuple[Engine, ...], folder: Path
) -> _Parsed:
    """Let the first engine that can do it parse the workbook, and scan it meanwhile."""
    scans: Scans | None = None
    failures: list[ChildFailedError] = []
    for engine in engines:
        work = folder / engine
        try:
            with Child(engine, snapshot.path, wanted, work) as child:
                if scans is None:
                    scans = scan(snapshot, wanted)
                result = child.result()
        except ChildFailedError as error:
            failures.append(error)
            if error.kind in ("timeout", "space", "wide", "long"):
                break
            continue
        sheets = [Sheet(*sheet) for sheet in result["sheets"]]
        return _Parsed(sheets, result["tables"], work, scans, engine)
    if any(failure.kind == "space" for failure in failures):
        raise guard.no_space()
    raise _unreadable(snapshot.path, failures)


def _notes(parsed: _Parsed, wanted: str | None) -> list[Note]:
    """Say which sheets were left out and why."""
    read = {table["sheet"] for table in parsed.tables}
    blank = {
        table["sheet"] for table in parsed.tables if not table["rows"] and not parsed.flagged(table)
    }
    sheets = list(enumerate(parsed.sheets))
    left_out: list[tuple[list[str], Callable[[Msg | str], Msg]]] = []
    if wanted is None:
        hidden = [sheet.name for at, sheet in sheets if sheet.cells and at not in read]
        other = [sheet.name for _, sheet in sheets if not sheet.cells]
        left_out.append((hidden, lambda names: msg("hidden sheets not read: {names}", names=names)))
        left_out.append((other, lambda names: msg("sheets without cells: {names}", names=names)))
    empty = [sheet.name for at, sheet in sheets if at in blank]
    left_out.append((empty, lambda names: msg("empty sheets: {names}", names=names)))
    notes = [Note(say(listed(names))) for names, say in left_out if names]
    if parsed.engine == "openpyxl":
        notes.append(Note(msg("read by openpyxl, since the faster reader gave up"), "warning"))
    return notes


def _about(scan: SheetScan | None) -> list[Note]:
    if scan is None:
        return [Note(msg("this sheet could not be searched for error cells"), "warning")]
    bare = sum(cell.text == UNCALCULATED for cell in scan.flagged)
    notes = []
    if scan.shape.hidden_rows:
        notes.append(
            Note(msg("hidden rows, read like the others: {count}", count=scan.shape.hidden_rows))
        )
    for (column, digits), count in scan.shape.padded.most_common(guard.MOST_NOTES):
        text = msg(
            "column {column}: {count} numbers are only shown with {digits} digits, their leading"
            " zeros are not in the file; if they are codes, --id-width FIELD={digits} gives them"
            " back",
            column=column,
            count=count,
            digits=digits,
        )
        notes.append(Note(text, "warning"))
    if scan.formulas > bare:
        text = msg(
            "formulas: {count}; their values are those last calculated", count=scan.formulas - bare
        )
        notes.append(Note(text))
    if errors := len(scan.flagged) - bare:
        notes.append(Note(msg("cells that hold an error code: {count}", count=errors), "warning"))
    if bare:
        text = msg(
            "formulas that were never calculated: {count}; open the workbook in Excel and save it",
            count=bare,
        )
        notes.append(Note(text, "warning"))
    return notes


def _no_sheet(path: Path, sheets: list[Sheet], wanted: str | None) -> CiError:
    """List the sheets among which a person can choose."""
    details: list[Msg | str] = []
    for sheet in sheets:
        if sheet.cells and sheet.visible:
            details.append(f"{len(details) + 1}  {sheet.name}")
    details += [
        msg("{name} (hidden; choose it by its name)", name=sheet.name)
        for sheet in sheets
        if sheet.cells and not sheet.visible
    ]
    return CiError(
        "sheet-missing",
        msg("the workbook has no visible sheet with cells")
        if wanted is None
        else msg("the workbook has no sheet {name}", name=wanted),
        hint=msg("choose one with --sheet, by its name or its number"),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
        details=tuple(details),
        choice=tuple(
            Answer(("--sheet", sheet.name), f"“{sheet.name}”") for sheet in sheets if sheet.cells
        ),
    )


def _unreadable(path: Path, failures: list[ChildFailedError]) -> CiError:
    kinds = {failure.kind for failure in failures}
    if "password" in kinds:
        return guard.encrypted(path)
    cause: Msg | str
    if "timeout" in kinds:
        cause = msg("it takes longer than {seconds} seconds", seconds=guard.CHILD_SECONDS)
    elif "wide" in kinds:
        cause = msg("a row has more than {count} cells", count=guard.MAX_BOOK_COLUMNS)
    elif "long" in kinds:
        cause = msg("a sheet has more than {count} rows", count=MAX_SHEET_ROWS)
    elif kinds & {"memory", "crash"}:
        cause = msg("its parser stopped, or asked for too much memory")
    else:
        cause = failures[0].cause
    return CiError(
        "workbook-unreadable",
        msg("the workbook cannot be read: {cause}", cause=cause),
        hint=msg(
            "open it in Excel and save it under a new name, or as csv; --limit memory=8G and"
            " --limit seconds=1800 allow more"
        ),
        where=Where(file=str(path)),
    )
