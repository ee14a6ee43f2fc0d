"""The order's date among columns of dates that no header settles: words, then the calendar.

Whatever else happens to an order, it happens after the order: the car comes into the workshop
before it leaves. So of several unknown dates the order's is the one that is never later than the
others.
"""

from __future__ import annotations

from datetime import date

from ci_cli.importing.mapping.clues import clue
from ci_cli.importing.mapping.sheet import Column
from ci_cli.importing.values.datetext import Order, read_date, valid_day

MOST_DAYS = 400  # between two events of one order; birthdays and founding years lie further apart
FEWEST = 2  # rows that must bear it out
SHARE = 0.95
Stamp = tuple[date, int | None]  # the day, and the second of the day if it is told
_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")


def likeliest(columns: list[Column]) -> Column | None:
    """Return the column of dates that is the order's, None where nothing decides."""
    if len(columns) < 2:
        return columns[0] if columns else None
    weights = [clue(column.heading, "order.date") for column in columns]
    best = max(weights)
    if best > 1 and weights.count(best) == 1:
        return columns[weights.index(best)]
    return earliest(columns)


def earliest(columns: list[Column]) -> Column | None:
    """Return the column whose date is never later than those of the others, and filled throughout.

    None where there is none, where the dates of a row lie more than ``MOST_DAYS`` apart, or where
    all columns hold the same.
    """
    stamps = {column.index: _stamps(column) for column in columns}
    rows = range(len(columns[0].values))
    firsts = []
    for column in columns:
        mine = stamps[column.index]
        gaps = [
            _gap(own, theirs)
            for other in columns
            if other is not column
            for own, theirs in zip(mine, stamps[other.index], strict=True)
            if own and theirs
        ]
        if any(abs(days) > MOST_DAYS for days, _ in gaps):
            return None
        filled = sum(stamp is not None for stamp in mine)
        sooner = sum(gap > (0, 0) for gap in gaps)
        if min(gaps, default=(0, 0)) >= (0, 0) and sooner >= FEWEST and filled >= SHARE * len(rows):
            firsts.append(column)
    return firsts[0] if len(firsts) == 1 else None


def _gap(one: Stamp, other: Stamp) -> tuple[int, int]:
    """Return days and seconds from one to the other; a day without a time is the whole day."""
    days = (other[0] - one[0]).days
    if days or one[1] is None or other[1] is None:
        return days, 0
    return (0, other[1] - one[1])


def _stamps(column: Column) -> list[Stamp | None]:
    """Return day and second of every row, read in the one order in which all of them are days."""
    texts = {text.strip() for text in column.values}
    for order in _ORDERS:
        read = {text: _stamp(text, order) for text in texts}
        if sum(stamp is not None for stamp in read.values()) >= SHARE * len(texts - {""}):
            return [read[text.strip()] for text in column.values]
    return [None] * len(column.values)


def _stamp(text: str, order: Order) -> Stamp | None:
    parts = read_date(text) if text else None
    day = valid_day(parts, order) if parts else None
    return (day, parts.seconds) if parts and day else None
