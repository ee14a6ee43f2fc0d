"""A date in several columns (Year | Month, 年 | 月 | 日) -> one column ``order.date``.

Reports that were added up by month name it so. Without a day a row counts on the last day of its
month, as the cells of a wide sheet do.
"""

from __future__ import annotations

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ci_cli.importing.layout.header_rows import Head
from ci_cli.importing.layout.unpivot import refused
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.synonyms import squeeze
from ci_cli.readers.base import Chunk
from ci_cli.report import Note
from ci_cli.text import msg

DATE = "order.date"
_YEARS = frozenset(["year", "yr", "年", "年份", "年度", "orderyear", "salesyear", "calendaryear"])
_MONTHS = frozenset(["month", "mon", "月", "月份", "monthno", "monthnumber", "ordermonth",
                     "salesmonth", "calendarmonth"])  # fmt: skip
_DAYS = frozenset(["day", "日", "dayofmonth"])
_YEAR = re.compile(r"(19|20)\d\d(?:\.0+)?年?$")
_NUMBER = re.compile(r"(\d{1,2})(?:\.0+)?[月日]?$")
_NAMES = {
    name.casefold(): number
    for names in (month_name, month_abbr, [""] * 9 + ["sept"])
    for number, name in enumerate(names)
    if name
}
_SOME_DATES = 0.5  # share of days in another column: that is the date


@dataclass
class SplitDates:
    """Joins the columns of a date; ``places``: of year, month and, where there is one, day."""

    places: list[int]
    head: Head
    tell: Callable[[Note], None]
    _told: bool = False

    def stage(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the rows with one more cell; those above the header stay as they are."""
        names = self.head.names
        for chunk in chunks:
            rows = []
            for line, row in zip(chunk.lines, chunk.rows, strict=True):
                if line < self.head.line:
                    rows.append(row)
                elif line == self.head.line:
                    rows.append([*names, DATE])
                else:
                    bad = refused(row, names)
                    rows.append([*row[: len(names)], self.day_of(row)] if bad is None else bad)
            yield Chunk(chunk.lines, rows)
        if not self._told:
            self._told = True
            joined = " + ".join(names[place] for place in self.places)
            self.tell(
                Note(msg("{headers} were joined to order.date.", headers=joined))
                if len(self.places) > 2
                else Note(msg("{headers} were joined to order.date; a row counts on the last day"
                              " of its month.", headers=joined))
            )  # fmt: skip

    def day_of(self, row: Sequence[str]) -> str:
        """Return the day of a row in ISO form; what is no date as it stands, to be rejected."""
        cells = [row[place].strip() for place in self.places]
        if not any(cells):
            return ""
        day = _day(cells)
        return day.isoformat() if day else "-".join(cells)


def split_date(head: Head) -> list[int] | None:
    """Return the places of year, month and perhaps day; None: no date stands in columns."""
    keys = [squeeze(name) for name in head.names]
    rows = [row for row in head.below() if len(row) >= len(keys)]
    found = []
    for words in (_YEARS, _MONTHS, _DAYS):
        places = [place for place, key in enumerate(keys) if key in words]
        if len(places) > 1:
            return None
        found += places
    named = [bool(words & set(keys)) for words in (_YEARS, _MONTHS)]
    filled = [[row[place].strip() for place in found] for row in rows]
    whole = [cells for cells in filled if all(cells)]
    if not all(named) or not whole or any(_day(cells) is None for cells in whole):
        return None
    others = set(range(len(keys))) - set(found)
    if any(Profile([row[at] for row in rows]).bare_date > _SOME_DATES for at in others):
        return None
    return found


def _day(cells: Sequence[str]) -> date | None:
    year, month = _YEAR.match(cells[0]), _month(cells[1])
    if year is None or not 1 <= month <= 12:
        return None
    number = int(year[0][:4])
    last = monthrange(number, month)[1]
    said = _NUMBER.match(cells[2]) if len(cells) > 2 else None
    if said is None:
        return date(number, month, last) if len(cells) == 2 else None
    return date(number, month, int(said[1])) if 1 <= int(said[1]) <= last else None


def _month(cell: str) -> int:
    """Return the number of a month, 0 for what is none."""
    said = _NUMBER.match(cell)
    return int(said[1]) if said else _NAMES.get(cell.casefold().rstrip("."), 0)
