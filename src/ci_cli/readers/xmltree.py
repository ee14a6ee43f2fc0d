"""Collects the records of an XML file while its parser runs, holding one record at a time."""

from __future__ import annotations

from typing import Any

from ci_cli.readers import guard
from ci_cli.readers.spool import BLOCK_ROWS, SpoolWriter
from ci_cli.readers.xmlpaths import ABOVE, Candidates, RecordPath, column_names
from ci_cli.report import Note
from ci_cli.text import Msg, listed, msg

_SCHEMA_HINTS = "http://www.w3.org/2001/XMLSchema-instance}"  # attributes for validators, no data
_JOIN = "; "


class LimitError(Exception):
    """The file goes beyond a limit of :mod:`.guard`."""

    def __init__(self, message: Msg) -> None:
        super().__init__(str(message))
        self.message = message


class _Outer:
    """An open element around the records."""

    __slots__ = ("attributes", "counts", "had_record", "leaves", "name", "parts", "text")

    def __init__(self, name: str, attributes: list[tuple[str, str]]) -> None:
        self.name = name
        self.attributes = attributes
        self.counts: dict[str, int] = {}  # of its parts, by their name
        self.leaves: dict[str, str] = {}  # text of its parts that have no parts themselves
        self.parts = False
        self.had_record = False
        self.text: list[str] = []


class _Inner:
    """An open element of a record, the record itself included."""

    __slots__ = ("again", "counts", "key", "parts", "text", "unread")

    def __init__(self, key: str, *, again: bool, unread: bool) -> None:
        self.key = key
        self.again = again  # an element of this name stood beside it before
        self.unread = unread  # it is part of one that stood beside another
        self.parts = False
        self.counts: dict[str, int] = {}
        self.text: list[str] = []


class RecordCollector:
    """Handlers for an expat parser; each record becomes a row in the spool.

    Args:
        record: which elements are records; None: only count what could be.
        spool: where the rows go.
    """

    def __init__(self, record: RecordPath | None, spool: SpoolWriter | None) -> None:
        self.record = record
        self.candidates = Candidates()
        self.record_name = ""
        self._spool = spool
        self._columns: dict[str, int] = {}
        self._repeated: dict[str, int] = {}  # key of a part: how often it stood in one record
        self._joined: set[str] = set()
        self._overwritten: set[str] = set()
        self._late: set[str] = set()
        self._names: list[str] = []
        self._outer: list[_Outer] = []
        self._inner: list[_Inner] = []
        self._line = 0
        self._values: dict[int, str] = {}
        self._lines: list[int] = []
        self._rows: list[dict[int, str]] = []
        self._parser: Any = None

    def attach(self, parser: Any) -> None:
        """Become the handlers of an expat parser that hands over attributes as flat lists."""
        self._parser = parser
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data

    def flush(self) -> None:
        """Write the rows that are still held; call it once at the end."""
        if self._rows and self._spool is not None:
            width = max(1, len(self._columns))
            columns = [[row.get(at, "") for row in self._rows] for at in range(width)]
            self._spool.write(self._lines, columns)
            self._lines, self._rows = [], []

    def kept_columns(self) -> list[int]:
        """Return the places of the columns, less the parts that repeat and have parts."""
        groups = self._groups()
        return [
            at
            for key, at in self._columns.items()
            if not any(
                key == group or key.startswith((group + "/", group + "@")) for group in groups
            )
        ]

    def header(self, kept: list[int]) -> list[str]:
        """Return the names of these columns."""
        keys = list(self._columns)
        return column_names([keys[at] for at in kept], self.record_name)

    def notes(self, wanted: str) -> list[Note]:
        """Say what the columns do not hold.

        Args:
            wanted: the path of the record as the user wrote it.
        """
        groups = self._groups()
        notes = [
            Note(
                msg(
                    "{name} stands up to {count} times in one record and is left out; "
                    "its own rows are read with --record {path}",
                    name=group,
                    count=self._repeated[group],
                    path=f"{wanted.rstrip('/')}/{group}",
                ),
                "warning",
            )
            for group in groups
        ]
        if joined := sorted(self._joined.difference(groups)):
            text = msg("several values in one record, joined: {names}", names=listed(joined))
            notes.append(Note(text))
        if self._overwritten:
            names = listed(sorted(self._overwritten))
            text = msg(
                "several values before the records, the last one counts: {names}", names=names
            )
            notes.append(Note(text, "warning"))
        if self._late:
            names = listed(sorted(self._late))
            text = msg("stand behind the records and are not carried to them: {names}", names=names)
            notes.append(Note(text, "warning"))
        return notes

    def _groups(self) -> list[str]:
        """Return the parts that repeat within a record and consist of parts."""
        starts = {
            key[:at] for key in self._columns for at, char in enumerate(key) if char in "/@" and at
        }
        return [key for key in self._repeated if key in starts]

    # Handlers

    def _start(self, tag: str, attributes: list[str]) -> None:
        name = tag.rpartition("}")[2]
        self._names.append(name)
        if len(self._names) > guard.MAX_XML_DEPTH:
            raise LimitError(
                msg("elements are nested deeper than {limit}", limit=guard.MAX_XML_DEPTH)
            )
        if self._inner:
            self._start_inner(name, attributes)
            return
        if self._outer:
            outer = self._outer[-1]
            outer.parts = True
            outer.counts[name] = outer.counts.get(name, 0) + 1
            if len(outer.counts) > guard.MAX_XML_COLUMNS:
                raise _too_many()
        if self.record is not None and self.record.matches(self._names):
            self._start_record(name, attributes)
        else:
            self._outer.append(_Outer(name, _pairs(attributes) if attributes else []))

    def _start_record(self, name: str, attributes: list[str]) -> None:
        self.record_name = self.record_name or name
        self._line = self._parser.CurrentLineNumber
        self._values = {}
        for outer in self._outer:
            for key, value in outer.attributes:
                self._set(f"{ABOVE}{outer.name}@{key}", value)
            for key, value in outer.leaves.items():
                self._set(f"{ABOVE}{outer.name}/{key}", value)
        for key, value in _pairs(attributes):
            self._set(f"@{key}", value)
        self._inner.append(_Inner("", again=False, unread=False))

    def _start_inner(self, name: str, attributes: list[str]) -> None:
        parent = self._inner[-1]
        parent.parts = True
        key = f"{parent.key}/{name}" if parent.key else name
        count = parent.counts[name] = parent.counts.get(name, 0) + 1
        again = count > 1
        if again:
            self._repeated[key] = max(count, self._repeated.get(key, 0))
        node = _Inner(key, again=again, unread=parent.unread or parent.again)
        if attributes:
            for attribute, value in _pairs(attributes):
                if again or node.unread:
                    self._column(f"{key}@{attribute}")
                else:
                    self._set(f"{key}@{attribute}", value)
        self._inner.append(node)

    def _data(self, text: str) -> None:
        if self._inner:
            self._inner[-1].text.append(text)
        elif self._outer:
            self._outer[-1].text.append(text)

    def _end(self, tag: str) -> None:  # noqa: ARG002 (the parser makes sure that tags pair up)
        self._names.pop()
        if not self._inner:
            self._end_outer()
            return
        node = self._inner.pop()
        text = "".join(node.text).strip()
        if not self._inner:
            if text or not node.parts:
                self._set("", text)
            self._end_record()
        elif text or not node.parts:
            self._end_part(node, text)

    def _end_part(self, node: _Inner, text: str) -> None:
        at = self._column(node.key)
        if node.unread:
            return
        if node.again:
            self._joined.add(node.key)
            text = _JOIN.join(filter(None, (self._values.get(at, ""), text)))
        self._set(node.key, text)

    def _end_record(self) -> None:
        for outer in self._outer[-1:]:
            outer.had_record = True
            outer.text.clear()  # white space between the records
        self._lines.append(self._line)
        self._rows.append(self._values)
        if len(self._rows) >= BLOCK_ROWS:
            self.flush()

    def _end_outer(self) -> None:
        ended = self._outer.pop()
        outer = self._outer[-1] if self._outer else None
        if ended.parts or ended.attributes:
            repeats = outer is not None and outer.counts[ended.name] > 1
            self.candidates.add(outer.name if outer else "", ended.name, repeats=repeats)
        if outer is None:
            return
        outer.text.clear()  # white space between the parts
        outer.had_record = outer.had_record or ended.had_record
        if ended.parts:
            return
        text = "".join(ended.text).strip()
        if outer.had_record:
            self._late.add(ended.name)
        elif outer.leaves.get(ended.name, text) != text:
            self._overwritten.add(ended.name)
        outer.leaves[ended.name] = text

    def _column(self, key: str) -> int:
        at = self._columns.get(key)
        if at is None:
            at = self._columns[key] = len(self._columns)
            if at >= guard.MAX_XML_COLUMNS:
                raise _too_many()
        return at

    def _set(self, key: str, value: str) -> None:
        if len(value) > guard.MAX_FIELD_CHARS:
            raise LimitError(
                msg("a value is longer than {limit} characters", limit=guard.MAX_FIELD_CHARS)
            )
        self._values[self._column(key)] = value


def _too_many() -> LimitError:
    return LimitError(
        msg("there are more than {limit} different parts", limit=guard.MAX_XML_COLUMNS)
    )


def _pairs(attributes: list[str]) -> list[tuple[str, str]]:
    """Return names without namespace and values; what only validators read is left out."""
    return [
        (attributes[at].rpartition("}")[2], attributes[at + 1].strip())
        for at in range(0, len(attributes), 2)
        if not attributes[at].startswith(_SCHEMA_HINTS)
    ]
