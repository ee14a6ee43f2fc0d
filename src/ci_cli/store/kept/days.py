"""Purchase days: what a record did on each day, and all that it had done by then.

A row speaks for every as-of day from its own to the one before the next row of the record, so any
as-of day and any window cost one or two look-ups per customer.
"""

from __future__ import annotations

import sqlite3
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from ci_cli.store.kept.lines import Book, Shelf, summed
from ci_cli.store.sql import query

# how a record, a currency and a day share one whole number
_DAY_BITS, _CURRENCY_BITS, _RECORD_BITS = 22, 10, 31
_COLUMNS = (
    "record_id, currency, day, lines, net, gross, quantity, orders, all_net, all_orders,"
    " purchase_days, first_day, last_day, double_gap"
)
INSERT = f"INSERT INTO purchase_day ({_COLUMNS}) VALUES ({', '.join('?' * 14)})"


class Daily(NamedTuple):
    """Sums by record, currency and day: arrays of equal length, by ``key``."""

    key: Any
    lines: Any
    net: Any
    gross: Any
    quantity: Any
    orders: Any  # purchases: orders with a sale line of positive amount


def daily(book: Book) -> Daily:
    """Add the lines of some orders up by record, currency and day."""
    import numpy as np

    bought = np.zeros(len(book.order), dtype=np.int64)
    bought[book.at[book.sale & (book.amount > 0)]] = 1
    at, lines, net, gross, quantity = summed(
        book.at,
        np.ones(len(book.at), dtype=np.int64),
        book.amount,
        np.where(book.sale, book.amount, 0),
        book.quantity,
    )
    key = pack(book.record[at], book.currency[at], book.day[at])
    return Daily(*summed(key, lines, net, gross, quantity, bought[at]))


def joined(parts: Sequence[Daily]) -> Daily:
    """Add up what several books say."""
    import numpy as np

    if not parts:
        return Daily(*(np.zeros(0, dtype=np.int64) for _ in Daily._fields))
    return Daily(*summed(*(np.concatenate(columns) for columns in zip(*parts, strict=True))))


def pack(record: Any, currency: Any, day: Any) -> Any:
    """Return one whole number that sorts by record, currency, day."""
    if len(record) and (
        record.max() >> _RECORD_BITS or currency.max() >> _CURRENCY_BITS
    ):  # pragma: no cover - two thousand million customers
        raise OverflowError
    return (record << (_DAY_BITS + _CURRENCY_BITS)) | (currency << _DAY_BITS) | day


def rows(found: Daily, currencies: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of ``purchase_day``, each record's from its first day on."""
    import numpy as np

    history = found.key >> _DAY_BITS
    starts = np.concatenate(([True], history[1:] != history[:-1])) if len(history) else history > 0
    text = _DayTexts()
    day = (found.key & ((1 << _DAY_BITS) - 1)).tolist()
    record = (history >> _CURRENCY_BITS).tolist()
    unit = (history & ((1 << _CURRENCY_BITS) - 1)).tolist()
    sums = (found.lines, found.net, found.gross, found.quantity, found.orders)
    lines, net, gross, quantity, orders = (column.tolist() for column in sums)
    all_net = all_orders = days = last = 0
    first: str | None = None
    gaps: list[int] = []
    for i, is_first in enumerate(starts.tolist()):
        if is_first:
            all_net = all_orders = days = last = 0
            first, gaps = None, []
        today = day[i]
        all_net += net[i]
        if orders[i]:
            all_orders += orders[i]
            if days:
                insort(gaps, today - last)
            else:
                first = text[today]
            days += 1
            last = today
        yield (
            record[i], currencies[unit[i]], text[today], lines[i], net[i], gross[i], quantity[i],
            orders[i], all_net, all_orders, days, first, text[last] if days else None,
            gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2] if gaps else None,
        )  # fmt: skip


class _DayTexts(dict[int, str]):
    """ISO days of ordinals, each made once."""

    def __missing__(self, ordinal: int) -> str:
        text = date.fromordinal(ordinal).isoformat()
        self[ordinal] = text
        return text


def replace_all(conn: sqlite3.Connection, parts: Sequence[Daily], shelf: Shelf) -> None:
    """Make the whole table anew."""
    conn.execute("DELETE FROM purchase_day")
    conn.executemany(INSERT, rows(joined(parts), shelf.currencies))
    conn.execute("DELETE FROM purchase_total")
    _add_totals(conn, "TRUE")


def replace(conn: sqlite3.Connection, places: Iterable[tuple[int, str]], shelf: Shelf) -> None:
    """Make the days of some records anew, where ``places`` (record, day) say that they changed."""
    _list_places(conn, places)
    orders = [
        int(row[0])
        for row in conn.execute(
            "SELECT o.id FROM st_place AS p JOIN sales_order AS o ON o.record_id = p.record_id"
            " AND o.date = p.day WHERE p.record_id > 0"
            " UNION ALL SELECT o.id FROM sales_order AS o WHERE o.record_id IS NULL"
            " AND o.date IN (SELECT day FROM st_place WHERE record_id = 0)"
        )
    ]
    parts = [daily(book) for book in shelf.books(orders)]
    parts.append(_rest(conn, shelf))
    whole = joined(parts)
    changed = {
        int(row[0]): str(row[1])
        for row in conn.execute("SELECT record_id, min(day) FROM st_place GROUP BY record_id")
    }
    conn.execute(
        "DELETE FROM purchase_day WHERE record_id IN (SELECT record_id FROM st_place)"
        " AND day >= (SELECT min(p.day) FROM st_place AS p"
        " WHERE p.record_id = purchase_day.record_id)"
    )
    conn.executemany(
        INSERT, (row for row in rows(whole, shelf.currencies) if row[2] >= changed[row[0]])
    )
    concerned = "record_id IN (SELECT record_id FROM st_place)"
    conn.execute(f"DELETE FROM purchase_total WHERE {concerned}")
    _add_totals(conn, concerned)
    conn.execute("DROP TABLE temp.st_place")


def _add_totals(conn: sqlite3.Connection, records: str) -> None:
    conn.execute(f"INSERT INTO purchase_total {query('kept_totals').format(records=records)}")


def _list_places(conn: sqlite3.Connection, places: Iterable[tuple[int, str]]) -> None:
    conn.execute("DROP TABLE IF EXISTS temp.st_place")
    conn.execute(
        "CREATE TEMP TABLE st_place (record_id INTEGER, day TEXT, PRIMARY KEY (record_id, day))"
        " WITHOUT ROWID"
    )
    conn.executemany("INSERT OR IGNORE INTO st_place VALUES (?, ?)", places)


def _rest(conn: sqlite3.Connection, shelf: Shelf) -> Daily:
    """Return the days of the records in ``st_place`` that did not change."""
    import numpy as np

    kept = conn.execute(
        "SELECT d.record_id, d.currency, d.day, d.lines, d.net, d.gross, d.quantity, d.orders"
        " FROM (SELECT DISTINCT record_id FROM st_place) AS p"
        " JOIN purchase_day AS d ON d.record_id = p.record_id WHERE NOT EXISTS (SELECT 1"
        " FROM st_place AS s WHERE s.record_id = d.record_id AND s.day = d.day)"
    ).fetchall()
    places = [shelf.placed(row[2], row[1]) for row in kept]
    columns = [np.array(column, dtype=np.int64) for column in zip(
        *((row[0], place[0], place[1], *tuple(row)[3:])
          for row, place in zip(kept, places, strict=True)), strict=True)]  # fmt: skip
    if not columns:
        return joined(())
    return Daily(pack(*columns[:3]), *columns[3:])
