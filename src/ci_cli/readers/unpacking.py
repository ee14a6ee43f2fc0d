"""Files inside of other files: .zip with one or several members, .bz2, and what comes from a pipe.

What is inside is copied to a private folder, counting every byte, and then read like any other
file: so an archive may hold whatever can be read by itself, and its passes cost no unpacking.
"""

from __future__ import annotations

import bz2
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.readers import guard
from ci_cli.readers.base import Chunk, RawTable, ReadOptions
from ci_cli.readers.guard import Snapshot
from ci_cli.readers.sheets import Sheet, choose_sheets
from ci_cli.report import Note
from ci_cli.text import Msg, msg

STDIN = "-"  # what people type for standard input
STDIN_NAME = "stdin"  # what it is called in messages, and what files of rejects are called after
# Members that programs add and nobody means.
_BESIDE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
# What a member may be refused for without refusing the archive: it is no table.
_NO_TABLE = ("format-unsupported", "file-empty")


# who opens what is inside, whatever it is
Opener = Callable[[Path, ReadOptions], AbstractContextManager[list[RawTable]]]


@contextmanager
def open_bz2(
    snapshot: Snapshot, options: ReadOptions, open_inner: Opener
) -> Iterator[list[RawTable]]:
    """Open what a .bz2 holds, with ``open_inner``.

    Raises:
        CiError: ``file-damaged``, ``file-too-large``, and whatever its content raises.
    """
    with guard.private_folder() as folder:
        inside = folder / (Path(snapshot.path.name).stem or "unpacked")
        try:
            with bz2.open(snapshot.path, "rb") as packed:
                _copy(packed, inside, snapshot)
        except (EOFError, ValueError, OSError) as error:
            raise guard.damaged(snapshot.path, msg("its archive is not whole")) from error
        with _inside(snapshot.path, None), open_inner(inside, options) as tables:
            yield [_from(snapshot, table, None) for table in tables]


@contextmanager
def open_zip(
    snapshot: Snapshot, options: ReadOptions, open_inner: Opener
) -> Iterator[list[RawTable]]:
    """Open the members of a .zip, a table each; they can be chosen like the sheets of a workbook.

    Raises:
        CiError: ``archive-unsafe``, ``file-damaged``, ``file-encrypted``, ``file-too-large``,
            ``sheet-missing``, ``zip-without-table``, and whatever its members raise.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(guard.private_folder())
        count, members = _unpack(snapshot, options.sheet, folder)
        alone = len(members) == 1
        if len(members) < count:
            options = replace(options, sheet=None)  # it named the member
        tables: list[RawTable] = []
        skipped: list[Msg] = []
        for name, path in members:
            inner = options if alone else replace(options, sheet=None)
            try:
                with _inside(snapshot.path, name):
                    found = stack.enter_context(open_inner(path, inner))
            except CiError as error:
                if alone or error.code not in _NO_TABLE:
                    raise
                skipped.append(
                    msg("{name} in the archive left out: {why}", name=name, why=error.message)
                )
                continue
            tables += [_from(snapshot, table, name) for table in found]
        if not tables:
            raise _no_member(snapshot.path, skipped)
        said = [Note(text, "warning") for text in skipped]
        yield [replace(tables[0], notes=[*tables[0].notes, *said]), *tables[1:]]


@contextmanager
def open_stdin(options: ReadOptions, open_inner: Opener) -> Iterator[list[RawTable]]:
    """Open what is piped in; its kind is told by its content.

    Raises:
        CiError: ``stdin-terminal``, ``file-empty``, ``file-too-large``, and what its content
            raises.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise CiError(
            "stdin-terminal",
            msg("- means standard input, but nothing is piped in"),
            hint=msg("for instance: {example}", example="zcat orders.csv.gz | ci-cli import -"),
            exit_code=ExitCode.DECIDE,
        )
    outer = Path(STDIN_NAME)
    with guard.private_folder() as folder:
        inside = folder / "stdin"
        try:
            _copy(sys.stdin.buffer, inside, None)
        except OSError as error:
            raise guard.unreadable(outer, error) from error
        with _inside(outer, None), open_inner(inside, options) as tables:
            yield [replace(table, file=outer) for table in tables]


def _copy(source: IO[bytes] | BinaryIO, target: Path, snapshot: Snapshot | None) -> None:
    """Copy to a new file, refusing more than an archive, or a pipe, should hold."""
    packed = snapshot.size if snapshot else 0
    most = guard.MAX_FILE_BYTES
    if snapshot:
        most = max(
            guard.UNPACKED_FLOOR, min(guard.MAX_UNPACKED_TEXT, guard.MAX_TEXT_RATIO * packed)
        )
    written = 0
    try:
        out = target.open("xb")
    except OSError as error:
        raise guard.no_space() from error
    with out:
        while block := source.read(guard.BLOCK_BYTES):
            written += len(block)
            if written > most:
                path = snapshot.path if snapshot else Path(STDIN_NAME)
                raise guard.too_large(path, written, packed)
            try:
                out.write(block)
            except OSError as error:
                raise guard.no_space() from error


def _unpack(
    snapshot: Snapshot, wanted: str | None, folder: Path
) -> tuple[int, list[tuple[str, Path]]]:
    """Write the chosen members below ``folder``, under names of ours.

    Returns:
        How many there are in all; name and copy of those that were chosen.
    """
    try:
        with zipfile.ZipFile(snapshot.path) as archive:
            guard.check_archive(snapshot.path, archive)
            members = [one for one in archive.infolist() if not one.is_dir() and _is_meant(one)]
            count = len(members)
            if wanted is not None and len(members) > 1:
                sheets = [Sheet(one.filename, visible=True, cells=True) for one in members]
                chosen = choose_sheets(sheets, wanted)
                if not chosen:
                    raise _no_such(snapshot.path, members, wanted)
                members = [members[at] for at in chosen]
            found: list[tuple[str, Path]] = []
            for number, member in enumerate(members):
                place = folder / f"{number:04}"
                place.mkdir()
                # The suffix is what tells a kind; the rest of the name may be hostile or long.
                inside = place / ("member" + "".join(PurePosixPath(member.filename).suffixes[-2:]))
                with archive.open(member) as packed:
                    _copy(packed, inside, snapshot)
                found.append((member.filename, inside))
            return count, found
    except guard.BROKEN_ARCHIVE as error:
        raise guard.damaged(snapshot.path, msg("its archive is not whole")) from error


def _is_meant(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename).name
    return not (member.filename.startswith(_BESIDE[0]) or name in _BESIDE or name.startswith("._"))


def _from(snapshot: Snapshot, table: RawTable, member: str | None) -> RawTable:
    """Let a table bear the name of the file that the user named."""
    sheet = table.sheet
    if member is not None:
        sheet = f"{member}/{table.sheet}" if table.sheet else member
    return replace(
        table, file=snapshot.path, sheet=sheet, sha256=snapshot.sha256, size=snapshot.size,
        chunks=_naming(table.chunks, snapshot.path, member),
    )  # fmt: skip


def _naming(
    chunks: Callable[[], Iterator[Chunk]], path: Path, member: str | None
) -> Callable[[], Iterator[Chunk]]:
    def named() -> Iterator[Chunk]:
        with _inside(path, member):
            yield from chunks()

    return named


@contextmanager
def _inside(path: Path, member: str | None) -> Iterator[None]:
    """Let errors name the file that the user named, not our copy of what is in it."""
    try:
        yield
    except CiError as error:
        sheet = error.where.sheet if member is None else member
        error.where = replace(error.where, file=str(path), sheet=sheet)
        raise


def _no_such(path: Path, members: list[zipfile.ZipInfo], wanted: str) -> CiError:
    return CiError(
        "sheet-missing",
        msg("the archive has no member {name}", name=wanted),
        hint=msg("choose one with --sheet, by its name or its number"),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
        details=tuple(f"{number}  {one.filename}" for number, one in enumerate(members, 1)),
        choice=tuple(Answer(("--sheet", one.filename), f"“{one.filename}”") for one in members),
    )


def _no_member(path: Path, skipped: list[Msg]) -> CiError:
    return CiError(
        "zip-without-table",
        msg("the archive holds no file that can be read as a table"),
        hint=msg("unpack it and import the file that is meant"),
        where=Where(file=str(path)),
        details=tuple(skipped),
    )
