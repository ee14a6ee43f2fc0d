"""What stands out in the rows of a list of facts and keeps none of them out: told, not rejected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ci_cli.importing.talks.lists import FactKind, meaning_of
from ci_cli.readers.base import line_of
from ci_cli.report import Note
from ci_cli.text import msg

SHOWN_WORDS = 10
_HAPPENED = {  # the day of what is over; days that are due, planned or hoped for lie ahead rightly
    "contracts": "signed", "opportunities": "opened", "usage": "period",
}  # fmt: skip


@dataclass
class _Tally:
    """Rows of one sort: how many, and the first of them."""

    n: int = 0
    line: int = 0
    day: str = ""

    def add(self, line: int, day: str = "") -> None:
        if not self.n:
            self.line, self.day = line, day
        self.n += 1


@dataclass
class Remarks:
    """Collects them, row by row.

    Args:
        kind: what the file lists.
        today: nothing has happened on a later day.
    """

    kind: FactKind
    today: str
    _ahead: _Tally = field(default_factory=_Tally)
    _backwards: _Tally = field(default_factory=_Tally)
    _unrated: _Tally = field(default_factory=_Tally)
    _words: dict[str, None] = field(default_factory=dict)
    _last: int = 0

    def look(self, number: int, cells: dict[str, Any], values: dict[str, Any]) -> None:
        """Look at one row.

        Args:
            number: of the row; several facts of one line count once.
            cells: as they stand in the row, by field.
            values: what the store is to keep of it.
        """
        line = line_of(number)
        if line == self._last:
            return
        self._last = line
        day = values.get(_HAPPENED.get(self.kind, "day")) or ""
        if day > self.today and not _is_ahead_rightly(values):
            self._ahead.add(line, day)
        if self.kind == "interactions" and (values["closed"] or day) < day:
            self._backwards.add(line)
        if self.kind == "contracts" and values["ends"] is not None:
            began = max(values["starts"] or "", values["signed"] or "")
            if values["ends"] < began:
                self._backwards.add(line)
        if self.kind == "feedback":
            self._look_at_feedback(line, cells, values)

    def _look_at_feedback(self, line: int, cells: dict[str, Any], values: dict[str, Any]) -> None:
        if cells.get("feedback.rating") and values["rating"] is None:
            self._unrated.add(line)
        said = cells.get("feedback.kind") or ""
        if said and values["kind"] == "review" and meaning_of("feedback", said) is None:
            self._words[said] = None

    def notes(self) -> list[Note]:
        """Return what there is to tell."""
        found = []
        if self._words:
            found.append(
                msg("Kinds of feedback that are not known, counted as reviews: {list}.",
                    list=", ".join(sorted(self._words)[:SHOWN_WORDS]))
            )  # fmt: skip
        if self._unrated.n:
            found.append(
                msg("Rows whose rating cannot be read: {n} (the first: line {line}). Their words"
                    " are kept, without a rating.", n=self._unrated.n, line=self._unrated.line)
            )  # fmt: skip
        if self._backwards.n and self.kind == "contracts":
            found.append(
                msg("Contracts that end before they begin or are signed: {n} (the first: line"
                    " {line}).", n=self._backwards.n, line=self._backwards.line)
            )  # fmt: skip
        elif self._backwards.n:
            found.append(
                msg("Rows closed before they were created: {n} (the first: line {line}). They"
                    " count in no figure of days.", n=self._backwards.n,
                    line=self._backwards.line)
            )  # fmt: skip
        if self._ahead.n:
            found.append(
                msg("Rows dated in the future: {n} (the first: {day}, line {line}).",
                    n=self._ahead.n, day=self._ahead.day, line=self._ahead.line)
            )  # fmt: skip
        return [Note(text, "warning") for text in found]


def _is_ahead_rightly(values: dict[str, Any]) -> bool:
    """Tell whether a row is a plan or a promise."""
    return values.get("outcome") == "planned" or values.get("kind") == "promise"
