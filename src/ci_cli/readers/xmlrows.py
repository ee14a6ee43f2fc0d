"""XML to rows: each element that ``--record`` names is one row, its parts are the columns.

The file is read once from end to end, in constant memory, into a spool: only then all columns are
known, and only then it is certain that the file is whole (a truncated one delivers no row at all).

The parser is the one that defusedxml makes, with its refusal of document types, entities and
external references; we replace nothing but the handlers for elements and text, because these know
the line on which an element begins, which ``iterparse`` does not. We decode the bytes ourselves:
expat refuses GB18030, and our message says which byte in which line does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers.expat import ErrorString, ExpatError

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.readers import guard
from ci_cli.readers.base import CELL, Chunk, RawTable, ReadOptions
from ci_cli.readers.encoding import Encoding, TextSource, choose_encoding
from ci_cli.readers.guard import Snapshot
from ci_cli.readers.spool import SpoolError, SpoolWriter, read_spool
from ci_cli.readers.xmlpaths import Candidates, RecordPath
from ci_cli.readers.xmltree import LimitError, RecordCollector
from ci_cli.report import Note
from ci_cli.text import Msg, msg

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# The small Chinese sets are declared where the large one is used: 镕 is in none of them.
_NO_LINE = 0  # of the header: elements carry their names with them
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030"}


@contextmanager
def open_xml(snapshot: Snapshot, options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open an XML file as one table, whose first row holds the names of the columns.

    Raises:
        CiError: ``record-needed``, ``record-missing``, ``record-path`` (a person decides);
            ``xml-malformed``, ``xml-entities``, ``xml-limit``; ``encoding-broken``,
            ``encoding-option``, ``file-changed``.
    """
    source = TextSource(snapshot.path, long_lines=True)
    encoding = _encoding(source, options.encoding)
    path, notes = options.record, [encoding.note]
    if path is None:
        path, count = _only_candidate(snapshot.path, _candidates(source, encoding.name))
        text = msg(
            "rows: each {path}, the only element that repeats ({count})", path=path, count=count
        )
        notes.append(Note(text))
    record = RecordPath.parse(path, snapshot.path)
    with guard.private_folder() as folder:
        spool = folder / "xml.rows"
        try:
            with SpoolWriter(spool) as writer:
                collector = RecordCollector(record, writer)
                _parse(source, encoding.name, collector)
                collector.flush()
        except SpoolError as error:
            raise guard.no_space() from error
        snapshot.verify()
        if not writer.rows:
            raise _record_missing(snapshot.path, path, collector.candidates)
        yield [
            RawTable(
                file=snapshot.path,
                sheet=None,
                format="xml",
                sha256=snapshot.sha256,
                size=snapshot.size,
                chunks=_chunks(spool, collector),
                encoding=encoding.name,
                notes=[*notes, *collector.notes(path)],
                header_line=_NO_LINE,
                shares_lines=True,
            )
        ]


def _chunks(spool: Path, collector: RecordCollector) -> Callable[[], Iterator[Chunk]]:
    kept = collector.kept_columns()
    header = collector.header(kept)

    def chunks() -> Iterator[Chunk]:
        lines, rows = [_NO_LINE], [header]
        before, nth = _NO_LINE, 0
        for block in read_spool(spool):
            blank = [""] * len(block.lines)
            columns = [block.columns[at] if at < len(block.columns) else blank for at in kept]
            for line, row in zip(block.lines, zip(*columns, strict=True), strict=True):
                nth = nth + 1 if line == before else 0
                before = line
                if any(row):
                    lines.append(line + nth * CELL)
                    rows.append(list(row))
            if len(rows) >= guard.CHUNK_ROWS:
                yield Chunk(lines, rows)
                lines, rows = [], []
        if rows:
            yield Chunk(lines, rows)

    return chunks


def _parse(source: TextSource, encoding: str, collector: RecordCollector) -> None:
    """Feed the whole file to the parser.

    Raises:
        CiError: see :func:`open_xml`.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    where = Where(file=str(source.path))
    parser = DefusedXMLParser(forbid_dtd=True).parser
    collector.attach(parser)
    try:
        with source.text(encoding) as text:
            # The text goes in as utf-8, whatever the declaration says.
            while block := text.read(guard.BLOCK_BYTES):
                parser.Parse(block.removeprefix("\ufeff"), False)
            parser.Parse("", True)
    except ExpatError as error:
        raise CiError(
            "xml-malformed",
            msg("the XML is not whole or not well formed: {cause}", cause=ErrorString(error.code)),
            hint=msg("export it again; nothing was read from it"),
            where=Where(file=str(source.path), line=error.lineno),
        ) from error
    except DefusedXmlException as error:
        raise CiError(
            "xml-entities",
            msg("the file declares entities or a document type, which is refused"),
            hint=msg("remove the DOCTYPE from the file, if you trust where it came from"),
            where=where,
        ) from error
    except LimitError as error:
        raise CiError(
            "xml-limit",
            error.message,
            hint=msg(
                "check that this is the file that was meant, and the path in --record; --limit"
                " depth=N, columns=N or field=N allow more"
            ),
            where=Where(file=str(source.path), line=parser.CurrentLineNumber),
        ) from error


def _encoding(source: TextSource, wanted: str | None) -> Encoding:
    with source.binary() as stream:
        declared = _DECLARED.match(stream.read(guard.KIB).lstrip())
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    return choose_encoding(source, wanted, declared=_WIDER.get(name, name))


def _candidates(source: TextSource, encoding: str) -> Candidates:
    collector = RecordCollector(None, None)
    _parse(source, encoding, collector)
    return collector.candidates


def _only_candidate(path: Path, candidates: Candidates) -> tuple[str, int]:
    """Return the one element that repeats; which one of several is meant, a person knows.

    Raises:
        CiError: ``record-needed``.
    """
    best = candidates.best()
    if len(candidates.repeating) == 1:
        return best[0]
    raise CiError(
        "record-needed",
        msg("an XML file does not say which of its elements are the rows"),
        hint=msg("say so, for instance --record {path}", path=best[0][0] if best else "//order"),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
        details=_listed(best),
        choice=_paths(best),
    )


def _record_missing(path: Path, wanted: str, candidates: Candidates) -> CiError:
    return CiError(
        "record-missing",
        msg("no element of the file is called {record}", record=wanted),
        hint=msg("choose one of those below with --record; capitals count"),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
        details=_listed(candidates.best()),
        choice=_paths(candidates.best()),
    )


def _paths(best: list[tuple[str, int]]) -> tuple[Answer, ...]:
    return tuple(
        Answer(("--record", path), said)
        for (path, _count), said in zip(best, _listed(best), strict=True)
    )


def _listed(best: list[tuple[str, int]]) -> tuple[Msg | str, ...]:
    return tuple(msg("{path}: {count} times", path=path, count=count) for path, count in best)
