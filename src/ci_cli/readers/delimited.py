"""Delimited text (.csv, .tsv, .txt, also packed with gzip) to rows of text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from ci_cli.errors import CiError, Where
from ci_cli.readers import guard
from ci_cli.readers.base import Chunk, RawTable, ReadOptions
from ci_cli.readers.dialect import Dialect, choose_dialect
from ci_cli.readers.encoding import TextSource, choose_encoding
from ci_cli.readers.guard import Snapshot
from ci_cli.readers.layout import NO_DELIMITER
from ci_cli.readers.records import read_rows
from ci_cli.text import msg


@contextmanager
def open_delimited(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open a text file as one table.

    Encoding and delimiter are decided now; the rows are parsed anew in each pass over
    ``chunks()``, which costs less than keeping them.

    Raises:
        CiError: see :mod:`.encoding`, :mod:`.dialect` and :mod:`.records`.
    """
    source = TextSource(snapshot.path, packed=_is_packed(snapshot.path))
    encoding = choose_encoding(source, options.encoding)
    with source.text(encoding.name) as text:
        sample = _sample(text)
    dialect = choose_dialect(sample, options.delimiter, snapshot.path)

    delimiter = dialect.layout.delimiter
    _check_width(sample, dialect, snapshot.path)

    def chunks() -> Iterator[Chunk]:
        return _chunks(snapshot, source, encoding.name, dialect)

    yield [
        RawTable(
            file=snapshot.path,
            sheet=None,
            format="csv",
            sha256=snapshot.sha256,
            size=snapshot.size,
            chunks=chunks,
            encoding=encoding.name,
            delimiter=None if delimiter == NO_DELIMITER else delimiter,
            notes=[encoding.note, *dialect.notes],
        )
    ]


def _is_packed(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _lines(text: Iterator[str]) -> Iterator[str]:
    """Return the lines, without the further marks of files that were marked twice."""
    return chain((next(text, "").lstrip("\ufeff"),), text)


def _sample(text: Iterator[str]) -> list[str]:
    lines, chars = [], 0
    for line in islice(_lines(text), guard.SAMPLE_LINES):
        lines.append(line)
        chars += len(line)
        if chars > guard.SAMPLE_CHARS:
            break
    return lines


def _check_width(sample: list[str], dialect: Dialect, path: Path) -> None:
    """Refuse what is wider than any table where the header is; a later row costs only itself.

    Raises:
        CiError: ``line-too-long``.
    """
    for place, line in enumerate(sample[: guard.HEAD_LINES]):
        if line.count(dialect.layout.delimiter) >= guard.MAX_TEXT_COLUMNS:
            raise CiError(
                "line-too-long",
                msg("one line has more than {count} cells", count=guard.MAX_TEXT_COLUMNS),
                hint=msg(
                    "check that this is a table, and that its lines end; --limit columns=100000"
                    " takes more"
                ),
                where=Where(file=str(path), line=place + 1),
            )


def _chunks(
    snapshot: Snapshot, source: TextSource, encoding: str, dialect: Dialect
) -> Iterator[Chunk]:
    snapshot.verify()
    with source.text(encoding) as text:
        lines = islice(_lines(text), dialect.skip, None)
        yield from read_rows(lines, dialect.layout, snapshot.path, first=1 + dialect.skip)
    snapshot.verify()
