"""Where things stand in a TOML file that people write: the parser of Python does not say.

The text is cut at the headers of its list of tables (``[[rule]]``, ``[[step]]``), so that a slip in
one entry hides no fault of another; the line of every table and of every key of an entry is noted.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.text import Msg, msg

_NAME = r"""(?:"([^"\\\n]*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))"""
_KEY = re.compile(rf"[ \t]*{_NAME}[ \t]*[.=]")  # of a = 1 and of a.b = 1: a
_HEADER = re.compile(rf"[ \t]*\[\[?[ \t]*{_NAME}(?:[ \t]*\.[ \t]*{_NAME})?")
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")
_STEP = re.compile(
    r'"""(?:\\[\s\S]|(?!""")[^\\])*(?:""""{0,2}|$)'  # strings over several lines
    r"|'''(?:(?!''')[\s\S])*(?:''''{0,2}|$)"
    r'|"(?:\\.|[^"\\\n])*"?'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
    r"|[\[\]{}\n]"
)


class Fault(NamedTuple):
    """What is wrong with a file, and on which line."""

    line: int
    message: Msg


@dataclass
class Part:
    """A piece of the text: what stands before the first entry, or one entry.

    Args:
        first: number of its first line, from 1.
        lines: its text.
        tables: lines of the tables inside it, in their order.
        keys: lines of the keys of the entry itself, or of those before the first entry; a table
            with a header of its own (``[[step.more]]``) is such a key.
        headers: lines of the tables with a header that are none of the entry's.
    """

    first: int
    text: str = ""
    tables: list[int] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    headers: dict[str, int] = field(default_factory=dict)
    has_headers: bool = False

    def note_header(self, header: str, entry: str, line: int) -> None:
        """Note the line of a table by what its header calls it; keys below are not the entry's."""
        self.tables.append(line)
        self.has_headers = True
        match = _HEADER.match(header)
        names = [] if match is None else [one for one in match.groups() if one is not None]
        if len(names) > 1 and names[0] == entry:
            self.keys.setdefault(names[1], line)
        elif names:
            self.headers.setdefault(names[0], line)


class UnreadableError(Exception):
    """A file of text cannot be read.

    Args:
        cause: why.
    """

    def __init__(self, cause: Msg | str) -> None:
        super().__init__(str(cause))
        self.cause = cause


def text_of(path: Path, largest: int) -> tuple[str, bytes]:
    """Return the text of a file, without a byte order mark, and its bytes.

    Raises:
        UnreadableError: it cannot be opened, has more than ``largest`` bytes, or is no UTF-8.
    """
    try:
        if path.stat().st_size > largest:
            raise UnreadableError(msg("it is larger than {n} bytes", n=largest))
        data = path.read_bytes()
        return data.decode("utf-8-sig"), data
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise UnreadableError(msg("it is not UTF-8 text")) from error


def parts_of(text: str, entry: str) -> list[Part]:
    """Cut a TOML text at its ``[[entry]]`` headers and find the lines of what is inside."""
    heading = re.compile(rf"[ \t]*\[\[[ \t]*{re.escape(entry)}[ \t]*\]\][ \t]*(?:#.*)?$")
    found = [Part(1)]
    line, depth, begin, position = 1, 0, 0, 0
    at_line_start = True
    while position < len(text):
        if at_line_start:
            end = text.find("\n", position)
            whole = text[position : end if end >= 0 else len(text)].rstrip("\r")
            if heading.match(whole):  # also inside brackets that were never closed
                found[-1].text = text[begin:position]
                found.append(Part(line))
                begin, depth = position, 0
                position += len(whole)
                at_line_start = False
                continue
            if depth == 0 and whole.lstrip().startswith("["):
                found[-1].note_header(whole, entry, line)
                position += len(whole)
                at_line_start = False
                continue
            key = _KEY.match(whole) if depth == 0 and not found[-1].has_headers else None
            if key:
                found[-1].keys.setdefault(str(key[key.lastindex or 0]), line)
        step = _STEP.search(text, position)
        if step is None:
            break
        piece = step[0]
        at_line_start = piece == "\n"
        line += piece.count("\n")
        if piece == "{":
            found[-1].tables.append(line)
        depth = max(0, depth + {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0))
        position = step.end()
    found[-1].text = text[begin:]
    return found


def values_of(part: Part) -> dict[str, Any] | Fault:
    """Return what a part says, or why it is no TOML."""
    try:
        return tomllib.loads(part.text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line, cause = _syntax(part, error)
        return Fault(line, msg("This is no TOML: {cause}.", cause=cause))


def _syntax(part: Part, error: Exception) -> tuple[int, str]:
    found = _AT.search(str(error))
    rows = part.text.rstrip().count("\n")
    inside = int(found[1]) - 1 if found and found[1] else rows
    cause = _AT.sub("", str(error)) if found else "too many levels" if isinstance(
        error, RecursionError
    ) else str(error)  # fmt: skip
    return part.first + min(inside, rows), cause[:1].lower() + cause[1:]


class LinesOf:
    """The lines of the tables of a part, by identity, as the parser gave them out in order."""

    def __init__(self, part: Part, entries: Any) -> None:
        tables = list(_tables(entries))
        first = [part.first] if part.text.lstrip().startswith("[[") else []
        lines = [*first, *part.tables]
        if len(lines) != len(tables):  # tables made by dotted keys have no line of their own
            lines = [part.first] * len(tables)
        self._lines = {id(table): line for table, line in zip(tables, lines, strict=True)}
        self._first = part.first

    def of(self, table: Any, otherwise: int | None = None) -> int:
        """Return the line of a table, else that of what it stands in."""
        return self._lines.get(id(table), otherwise or self._first)


def _tables(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _tables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tables(inner)


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return the faults in the order of their lines, each once."""

    def place(fault: Fault) -> tuple[int, str]:
        return fault.line, str(fault.message)

    return list({place(fault): fault for fault in sorted(faults, key=place)}.values())


def faulty(code: str, message: Msg, file: str, faults: list[Fault]) -> CiError:
    """Return the error that lists every fault of a file with its line."""
    return CiError(
        code,
        message,
        where=Where(file, line=faults[0].line),
        hint=msg("Nothing was changed. Mend these lines and try again."),
        exit_code=ExitCode.DECIDE,
        details=tuple(
            msg("line {line}: {fault}", line=fault.line, fault=fault.message) for fault in faults
        ),
    )
