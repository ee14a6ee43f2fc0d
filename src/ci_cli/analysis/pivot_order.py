"""In what order the rows and columns of a pivot stand, and which of them are shown."""

from __future__ import annotations

from datetime import date

from ci_cli.analysis.periods import last_day, month_of, months_between
from ci_cli.analysis.pivot import Grid, Measure, ranked
from ci_cli.shapes.pivots import PERIODS


def ordered(name: str, found: Grid, measure: Measure, *, by_rows: bool) -> list[str]:
    """Return the keys of a side: periods in their course without gaps, others by their figures.

    Args:
        name: of the dimension.
        found: the figures.
        measure: that decides, where the keys have no order of their own.
        by_rows: the side; periods that nothing happened in are shown as columns only.
    """
    keys = found.rows if by_rows else found.columns
    if name in PERIODS:
        told = [key for key in keys if key]
        whole = course(name, told[0], told[-1]) if told and not by_rows else told
        return whole + [key for key in keys if not key]
    if name == "size":
        return sorted(keys, key=lambda key: (not key, _first_number(key)))
    if name == "tenure":
        return sorted(keys, key=lambda key: (not key, key != "first", key))
    return ranked(found, measure, by_rows=by_rows)


def _first_number(band: str) -> int:
    """Return where a band begins: 50 of ``50-249``."""
    return int(band.rstrip("+").split("-")[0]) if band else 0


def course(name: str, first: str, last: str) -> list[str]:
    """Return all periods from the first to the last."""
    if name == "year":
        return [f"{year:04d}" for year in range(int(first), int(last) + 1)]
    if name == "month":
        return months_between(first, last)
    begin, end = (f"{key[:4]}-{3 * int(key[-1]) - 2:02d}" for key in (first, last))
    return [quarter_of(month) for month in months_between(begin, end)[::3]]


def quarter_of(month: str) -> str:
    """Return the quarter of a month: ``2011-Q4`` of ``2011-12``."""
    return f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"


def kept_rows(rows: list[str], most: int, found: Grid, measure: Measure) -> list[str]:
    """Return the rows that are shown: the first ones, and those that equal the last of them."""
    if not most or len(rows) <= most:
        return rows
    last = found.value(measure, rows[most - 1], None)
    while most < len(rows) and last and found.value(measure, rows[most], None) == last:
        most += 1
    return rows[:most]


def kept_columns(name: str, columns: list[str], most: int) -> list[str]:
    """Return the columns that are shown: the latest periods, else the first ones."""
    if not most or len(columns) <= most + 1:
        return columns
    if name not in PERIODS:
        return columns[:most]
    none = [key for key in columns if not key]
    return [key for key in columns if key][-max(most - len(none), 1) :] + none


def running(name: str, day: str) -> str | None:
    """Return the period of a dimension that a day falls into, where it goes on after that day."""
    until = date.fromisoformat(day)
    month = month_of(until)
    year, quarter = month[:4], quarter_of(month)
    ends = {
        "month": (month, month),
        "quarter": (quarter, f"{year}-{3 * int(quarter[-1]):02d}"),
        "year": (year, f"{year}-12"),
    }.get(name)
    if ends is None or until >= last_day(ends[1]):
        return None
    return ends[0]
