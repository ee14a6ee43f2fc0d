"""Text -> day and time. One format for a column, never one per cell.

Years that come first need no decision. Where day and month cannot be told apart, the column decides
if any of its values can only be read one way; otherwise a person must say ``--dates``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.values.cells import (
    ValueReject,
    clean_or_empty,
    clean_text,
    reject_error_cell,
    shown,
)
from ci_cli.importing.values.datetext import (
    MAX_YEAR,
    MIN_YEAR,
    PIVOT,
    DateParts,
    Order,
    calendar,
    read_date,
    read_iso,
    valid_day,
)
from ci_cli.report import Note
from ci_cli.text import Msg, msg

NEAR_YEARS = 12  # the dates of one column rarely span more; days of the month always do
MANY_DATES = 5  # distinct dates that a column must have to be judged so


@dataclass(frozen=True)
class DateFormat:
    """How the dates of one column are read.

    Attributes:
        order: what decides ``01/02/2024``; None where no value of the column needs it.
        months: the whole column holds months (``2024-01``); the first day stands for each.
        roc: the whole column counts years as Taiwan does.
        zone: the store's zone; stamps that carry an offset convert to it, None keeps their clock.
        source_zone: the zone of stamps without an offset, where the header names one.
        reason: what was decided, and why.
    """

    order: Order | None
    months: bool
    roc: bool
    zone: tzinfo | None
    source_zone: tzinfo | None
    reason: Msg
    notes: tuple[Note, ...] = ()

    def parse(self, text: str) -> tuple[str, str] | None:
        """Return (day ``2024-01-31``, time ``08:26:00``); None for an empty cell.

        The time is ``""`` where none is given and at exact midnight: databases write
        ``00:00:00`` for a bare day, and the same row from a workbook must compare equal.

        Raises:
            ValueReject: no date, an impossible date, or a year outside ``MIN_YEAR..MAX_YEAR``.
        """
        return self._parse(clean_text(text))

    def _parse(self, text: str) -> tuple[str, str] | None:
        if not text:
            return None
        reject_error_cell(text)
        parts = read_iso(text) or read_date(text)
        if parts is None or not self._fits(parts):
            raise _reject(msg("“{value}” is no date", value=shown(text)))
        year, month, day = calendar(parts, self.order, roc=self.roc)
        if not MIN_YEAR <= year <= MAX_YEAR:
            raise _reject(
                msg("the year of “{value}” is outside {first} to {last}",
                    value=shown(text), first=MIN_YEAR, last=MAX_YEAR)
            )  # fmt: skip
        try:
            moment = datetime(year, month, day)
        except ValueError:
            raise _reject(
                msg("“{value}” is a day that does not exist", value=shown(text))
            ) from None
        moment += timedelta(days=parts.extra_days, seconds=parts.seconds or 0)
        moment = self._in_store_zone(moment, parts)
        clock = f"{moment:%H:%M:%S}"
        return moment.date().isoformat(), "" if clock == "00:00:00" else clock

    def _fits(self, parts: DateParts) -> bool:
        """Return whether the column's decision allows a value of this shape."""
        if parts.shape == "month":
            return self.months
        if parts.shape == "roc?":
            return self.roc
        if parts.shape == "three":
            return self.order is not None and (parts.short_year or self.order != "ymd")
        return True

    def _in_store_zone(self, moment: datetime, parts: DateParts) -> datetime:
        if self.zone is None or parts.seconds is None:
            return moment
        if parts.offset is not None:
            written: tzinfo = timezone(timedelta(minutes=parts.offset))
        elif self.source_zone is not None:
            written = self.source_zone
        else:
            return moment
        return moment.replace(tzinfo=written).astimezone(self.zone).replace(tzinfo=None)


def detect_date_format(
    values: Iterable[str],
    forced: Order | None = None,
    *,
    zone: str | None = None,
    source_zone: str | None = None,
    where: Where | None = None,
) -> DateFormat:
    """Decide the one date format of a column; the order of ``values`` never matters.

    Args:
        values: texts of the column, best all of them.
        forced: what the user said with ``--dates``.
        zone: name of the store's zone, for instance ``Asia/Shanghai``.
        source_zone: zone that the header names, for instance ``UTC`` in ``Created (UTC)``.
        where: file, sheet and column, for the error.

    Raises:
        CiError: ``date-ambiguous`` (exit 2) where only a person can tell day from month.
    """
    texts = sorted({clean for v in set(values) if (clean := clean_or_empty(v))})
    readings = [(text, parts) for text in texts if (parts := read_iso(text) or read_date(text))]
    shapes = [parts.shape for _, parts in readings]
    months = bool(shapes) and set(shapes) == {"month"}
    roc = bool(shapes) and set(shapes) <= {"roc", "roc?"}
    three = [(text, parts) for text, parts in readings if parts.shape == "three"]
    order, reason = _decide_order(three, forced, where or Where())
    notes = []
    if months:
        notes.append(msg("the column holds months; the first day of each month was taken"))
    if "roc?" in shapes and roc:
        notes.append(msg("years such as 113 were read as years of the Republic of China (2024)"))
    if _half_swapped(readings, order):
        notes.append(
            msg("text such as “{value}” stands among real dates that all fall on days 1 to 12: "
                "a spreadsheet may have swapped day and month in those; check against the origin",
                value=shown(three[0][0]))
        )  # fmt: skip
    if any(parts.short_year for _, parts in readings):
        notes.append(
            msg("years of two digits were read as {first} to {last}",
                first=1900 + PIVOT, last=2000 + PIVOT - 1)
        )  # fmt: skip
    return DateFormat(
        order=order,
        months=months,
        roc=roc,
        zone=_zone(zone),
        source_zone=_zone(source_zone),
        reason=reason,
        notes=tuple(Note(text) for text in notes),
    )


def _decide_order(
    three: list[tuple[str, DateParts]], forced: Order | None, where: Where
) -> tuple[Order | None, Msg]:
    """Return the order of day, month and year, and why; raise where both orders are possible."""
    if not three:
        return forced, msg("the year comes first or the month is named, so nothing is ambiguous")
    if forced:
        return forced, msg("as --dates {order} says", order=forced)
    candidates: tuple[Order, ...] = ("dmy", "mdy")
    if all(parts.short_year for _, parts in three):
        candidates = ("dmy", "mdy", "ymd")
    read = {text: {order: valid_day(parts, order) for order in candidates} for text, parts in three}
    possible = {text: days for text, days in read.items() if any(days.values())}
    viable = [o for o in candidates if all(days[o] for days in possible.values())]
    viable = _without_wild_years(possible, viable)
    if len(viable) > 1 and all(len({d[o] for o in viable}) == 1 for d in possible.values()):
        viable = viable[:1]  # 05/05/2024: every order says the same day
    if len(viable) == 1:
        telling = [text for text, days in possible.items() if sum(map(bool, days.values())) == 1]
        witness = telling[0] if telling else three[0][0]
        return viable[0], msg(
            "{order}, because “{value}” can only be read so", order=viable[0], value=shown(witness)
        )
    raise _ambiguous(read, viable, where)


def _without_wild_years(
    possible: dict[str, dict[Order, date | None]], viable: list[Order]
) -> list[Order]:
    """Drop an order that takes days for years: 31.12.24, 15.01.24, 07.02.24 are not 2031, 2015.

    Years of two digits in front or behind: where one reading keeps a column within
    ``NEAR_YEARS`` and the other scatters it over more, the former holds.
    """
    if len(viable) < 2 or len(possible) < MANY_DATES:
        return viable
    spans = {}
    for order in viable:
        years = [day.year for days in possible.values() if (day := days[order])]
        spans[order] = max(years) - min(years)
    near = [order for order in viable if spans[order] <= NEAR_YEARS]
    return near or viable


def _half_swapped(readings: list[tuple[str, DateParts]], order: Order | None) -> bool:
    """Return whether a spreadsheet seems to have turned only the low days of a column into dates.

    Opened under the wrong country setting, 13/02/2024 stays text and 01/02/2024 becomes a date
    with day and month swapped.
    """
    texts = [parts for _, parts in readings if parts.shape == "three"]
    dates = [parts for _, parts in readings if parts.shape in ("ymd", "serial")]
    return (
        order in ("dmy", "mdy")
        and len(dates) > 2
        and bool(texts)
        and all(parts.c <= 12 for parts in dates)
        and all((parts.a if order == "dmy" else parts.b) > 12 for parts in texts)
    )


_ORDERS: dict[Order, Msg] = {
    "dmy": msg("the day first: 31.12.2024"),
    "mdy": msg("the month first: 12/31/2024"),
    "ymd": msg("the year first: 2024-12-31"),
}


def _ambiguous(
    read: dict[str, dict[Order, date | None]], viable: list[Order], where: Where
) -> CiError:
    """Build the error that asks for ``--dates``."""
    orders: list[Order] = viable or ["dmy", "mdy"]
    text, days = "", dict.fromkeys(orders)
    if viable:
        text, days = next((t, d) for t, d in read.items() if len({d[o] for o in viable}) > 1)
        cause = msg(
            "“{value}” may be {first} or {second}, and no value in the column settles which",
            value=shown(text), first=days[viable[0]], second=days[viable[1]],
        )  # fmt: skip
    else:
        one = next((t for t, d in read.items() if d["dmy"] and not d["mdy"]), "")
        other = next((t for t, d in read.items() if d["mdy"] and not d["dmy"]), "")
        cause = msg(
            "“{one}” can only be day first and “{other}” only month first, in one column",
            one=shown(one), other=shown(other),
        )  # fmt: skip
    flags = " | ".join(f"--dates {order}" for order in orders)
    return CiError(
        "date-ambiguous",
        cause,
        hint=msg(
            "say which is meant: {flags} (d = day, m = month, y = year); "
            "values that do not fit will be rejected",
            flags=flags,
        ),
        where=where,
        exit_code=ExitCode.DECIDE,
        choice=tuple(
            Answer(
                ("--dates", order),
                msg(
                    "{order}; {value} is {day}",
                    order=_ORDERS[order],
                    value=shown(text),
                    day=days[order] or "-",
                )
                if viable
                else _ORDERS[order],
            )
            for order in orders
        ),
    )


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    if name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _reject(reason: Msg) -> ValueReject:
    return ValueReject(reason, msg("write the day as in 2024-01-31"))
