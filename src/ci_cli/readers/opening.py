"""The one entry of this room, and the one table that says which reader reads what.

A new format is one module with a function like those in ``FORMATS`` and one line there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import CiError, Where
from ci_cli.readers import guard, identify, limits
from ci_cli.readers.base import RawTable, ReadOptions
from ci_cli.readers.delimited import open_delimited
from ci_cli.readers.excel import open_ods, open_xls, open_xlsb, open_xlsx
from ci_cli.readers.guard import Snapshot
from ci_cli.readers.identify import Content
from ci_cli.readers.mail import open_mail, open_mbox
from ci_cli.readers.unpacking import STDIN, open_bz2, open_stdin, open_zip
from ci_cli.readers.xmlrows import open_xml
from ci_cli.report import Note
from ci_cli.text import msg

Reader = Callable[[Snapshot, ReadOptions], AbstractContextManager[list[RawTable]]]


_OPTIONS = ("encoding", "delimiter", "sheet", "record")


class Format(NamedTuple):
    """One file format: the names it goes by, what it must be inside, and who reads it."""

    suffixes: tuple[str, ...]
    content: Content
    options: tuple[str, ...]  # those of ReadOptions that mean something for it
    reader: Reader


def _open_inner(path: Path, options: ReadOptions) -> AbstractContextManager[list[RawTable]]:
    """Open what an archive, or standard input, holds."""
    return open_tables(path, options)


FORMATS = (
    Format((".xlsx", ".xlsm"), identify.XLSX, ("sheet",), open_xlsx),
    Format((".xls",), identify.XLS, ("sheet",), open_xls),
    Format((".xlsb",), identify.XLSB, ("sheet",), open_xlsb),
    Format((".ods",), identify.ODS, ("sheet",), open_ods),
    Format((".xml",), identify.XML, ("record", "encoding"), open_xml),
    Format(
        (".csv", ".tsv", ".txt", ".tab"), identify.TEXT, ("encoding", "delimiter"), open_delimited
    ),
    Format(
        (".csv.gz", ".tsv.gz", ".txt.gz", ".tab.gz"),
        identify.GZIP,
        ("encoding", "delimiter"),
        open_delimited,
    ),
    Format((".bz2",), identify.BZIP2, _OPTIONS, partial(open_bz2, open_inner=_open_inner)),
    Format((".zip",), identify.ZIP, _OPTIONS, partial(open_zip, open_inner=_open_inner)),
    Format((".eml",), identify.MAIL, (), open_mail),
    Format((".mbox",), identify.MBOX, (), open_mbox),
)


@contextmanager
def open_tables(path: Path, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open a file and yield its tables; they can be read until the block ends.

    Args:
        path: as the user named it; ``-`` is standard input.
        options: what the user said about the file; what does not apply to its format is noted.

    Yields:
        One table per visible sheet of a workbook that is not empty, and per member of an archive;
        one for any other file.

    Raises:
        CiError: nothing that a file can contain raises anything else.
    """
    with limits.in_force(options.limits):
        if str(path) == STDIN:
            with open_stdin(replace(options, limits={}), open_tables) as tables:
                yield tables
        else:
            with _open_file(path, replace(options, limits={})) as tables:
                yield tables


@contextmanager
def _open_file(path: Path, options: ReadOptions) -> Iterator[list[RawTable]]:
    snapshot, head = guard.take_snapshot(path)
    chosen, note = _choose(path, head)
    notes = [note] if note else []
    for option in _OPTIONS:
        if getattr(options, option) is not None and option not in chosen.options:
            text = msg(
                "--{option} means nothing for {kind} and was not used",
                option=option,
                kind=chosen.content.label,
            )
            notes.append(Note(text, "warning"))
    with chosen.reader(snapshot, options) as tables:
        yield [replace(table, notes=[*table.notes, *notes]) for table in tables]


def _choose(path: Path, head: bytes) -> tuple[Format, Note | None]:
    """Find the format by name and content, which have to agree."""
    content = identify.identify(path, head)
    if content == identify.ENCRYPTED:
        raise guard.encrypted(path)
    name = path.name.lower()
    named = next((one for one in FORMATS if name.endswith(one.suffixes)), None)
    inside = next((one for one in FORMATS if one.content == content), None)
    if named is None and inside is not None:
        return inside, Note(msg("read as {kind}, by its content", kind=content.label))
    if named is None or inside is None:
        raise CiError(
            "format-unsupported",
            msg("this is {kind}, which cannot be read", kind=content.label),
            hint=msg("save it as .xlsx or .csv and import that"),
            where=Where(file=str(path)),
        )
    if named.content != content:
        raise CiError(
            "file-misnamed",
            msg(
                "the name says {named}, but the content is {kind}",
                named=named.content.label,
                kind=content.label,
            ),
            hint=msg("rename it so that it ends in {suffix}", suffix=inside.suffixes[0]),
            where=Where(file=str(path)),
        )
    return named, None
