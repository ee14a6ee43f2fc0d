"""What pages with the words of customers share: footnotes, and a mark on words that may not leave.

Every statement of such a page carries a number, and the last table says for each number which
record says so. In the public form it names the record and its day; file, line and who of ours
noted it stay in the house.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from ci_cli.report import Column, Table
from ci_cli.shapes.references import PUBLIC, Origin
from ci_cli.text import Msg, msg

TYPED = "typed"  # the file of what nobody read from one
SOURCE = Column("source", msg("source"))
_MARKS: Mapping[str, Msg] = {
    "draft": msg("NOT APPROVED"),
    "early": msg("NOT APPROVED YET"),
    "expired": msg("PERMISSION EXPIRED"),
    "withdrawn": msg("CONSENT WITHDRAWN"),
    "internal": msg("FOR OUR EYES ONLY"),
}


def marked(text: str | None, state: str) -> Msg | str | None:
    """Return words as an internal page shows them: with a mark unless they may leave the house."""
    if not text or state == PUBLIC:
        return text or None
    return msg("[{mark}] {text}", mark=_MARKS[state], text=text)


class Footnotes:
    """Numbers statements in the order in which they stand on the page, one number per record."""

    def __init__(self, *, public: bool) -> None:
        self._public = public
        self._numbers: dict[tuple[object, ...], int] = {}
        self._rows: list[tuple[object, ...]] = []

    def of(self, origin: Origin | None) -> str | None:
        """Return the mark of the footnote for a record: ``[3]``."""
        if origin is None:
            return None
        place = () if self._public else (origin.file, origin.sheet, origin.line)
        return self._number(
            (origin.kind, origin.record, *place),
            (origin.kind, origin.record, origin.day, origin.batch, _file(origin.file),
             origin.sheet, None if origin.file == TYPED else origin.line, origin.author),
        )  # fmt: skip

    def counted(self, what: Msg, day: str) -> str:
        """Return the mark of the footnote for a figure that was counted, and from what."""
        return self._number(
            ("count", str(what)), ("count", what, day, None, None, None, None, None)
        )

    def table(self) -> Table:
        """Return what the numbers mean."""
        columns = (
            Column("number", msg("no."), "id"), Column("kind", msg("kind"), "state"),
            Column("record", msg("record")), Column("day", msg("day"), "date"),
            Column("batch", msg("import"), "int"), Column("file", msg("file")),
            Column("sheet", msg("sheet")), Column("line", msg("line"), "int"),
            Column("author", msg("by")),
        )  # fmt: skip
        kept = 4 if self._public else len(columns)
        return Table("sources", columns[:kept], [row[:kept] for row in self._rows], msg("Sources"))

    def _number(self, key: tuple[object, ...], row: tuple[object, ...]) -> str:
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._rows.append((f"[{self._numbers[key]}]", *row))
        return f"[{self._numbers[key]}]"


def page_columns(
    columns: Sequence[Column], *, public: bool, inside: Sequence[str]
) -> tuple[Column, ...]:  # fmt: skip
    """Return the columns of a page, without those for our eyes only where it is public."""
    return tuple(one for one in columns if not (public and one.key in inside))


def page_rows(
    columns: Sequence[Column], rows: Sequence[Mapping[str, object]]
) -> list[tuple[object, ...]]:
    """Return rows with the cells of these columns."""
    return [tuple(row.get(one.key) for one in columns) for row in rows]


def _file(name: str | None) -> str | None:
    return None if name is None else PurePath(name).name
