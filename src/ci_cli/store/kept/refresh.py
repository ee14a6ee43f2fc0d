"""Bring the kept figures up to date: in an import where that costs little, else before a report.

What changed is known to the order, so usually only the days and months concerned are made anew.
Where a large part of the store is new, everything is: that costs less than looking for it. It is
left to the first report that may write, since one migration is often several imports.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import engine, narrowed
from ci_cli.store.kept import cells, days, marks
from ci_cli.store.kept.lines import Shelf, TooLargeError
from ci_cli.store.sql import query
from ci_cli.store.sqlite_errors import code_of

WORTH_KEEPING = 50_000  # order lines; below, adding them up takes no time
_ALL_ABOVE = 0.3  # share of orders concerned above which everything is made anew
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
              sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL,
              sqlite3.SQLITE_IOERR)  # fmt: skip


Places = set[tuple[int, str]]  # record and day of the orders concerned, then and now


def before_report(conn: sqlite3.Connection) -> None:
    """Bring the figures up to date before a report reads them, outside any transaction.

    A store that cannot be written, or that somebody else is writing to, is left as it is: the
    report then adds the lines up itself. So it does where it sees some sources only.
    """
    if narrowed.is_narrowed(conn) or not worthwhile(conn) or marks.current(conn):
        return
    try:
        with engine.upkeep(conn):
            refresh(conn)
    except TooLargeError:
        pass
    except CiError as error:
        if error.exit_code != ExitCode.BUSY:
            raise
    except sqlite3.OperationalError as error:
        if code_of(error) not in _READ_ONLY:
            raise


def after_import(conn: sqlite3.Connection) -> None:
    """Bring the figures up to date inside the import's transaction, where that is cheap beside it.

    Cheap: some months are concerned, and the import brought a good part of their lines.
    """
    if not worthwhile(conn) or _all_at_once(conn):
        return
    new = marks.highest(conn, "order_line") - marks.mark(conn, "line")
    months = sorted(_months(_places(conn)))
    old = conn.execute(
        "SELECT coalesce(sum(lines), 0) FROM month_cell WHERE dimension = 'total'"
        f" AND month IN ({', '.join('?' * len(months))})",
        months,
    ).fetchone()[0]
    if old > 3 * new:
        return
    conn.execute("SAVEPOINT kept")
    try:
        refresh(conn)
    except TooLargeError:
        conn.execute("ROLLBACK TO kept")
    conn.execute("RELEASE kept")


def worthwhile(conn: sqlite3.Connection) -> bool:
    """Tell whether the store is large enough for kept figures."""
    return marks.highest(conn, "order_line") >= WORTH_KEEPING


def refresh(conn: sqlite3.Connection) -> None:
    """Bring all kept figures up to date; the caller holds the transaction.

    Raises:
        TooLargeError: sums do not fit; the caller takes back what was written.
    """
    if _all_at_once(conn):
        _make_all(conn)
    elif not marks.current(conn):
        _make_changed(conn, _places(conn))
    marks.set_current(conn)


# the orders that are new, changed or gone since the figures were made
_CONCERNED = (
    "SELECT id FROM sales_order WHERE id > (SELECT value FROM kept_mark WHERE name = 'order')"
    " UNION SELECT order_id FROM order_line"
    " WHERE id > (SELECT value FROM kept_mark WHERE name = 'line')"
    " UNION SELECT order_id FROM stale_order"
)


def _all_at_once(conn: sqlite3.Connection) -> bool:
    """Tell whether making everything anew is the shorter way."""
    if not marks.mark(conn, "made"):
        return True
    concerned = conn.execute(f"SELECT count(*) FROM ({_CONCERNED})").fetchone()[0]
    orders = conn.execute("SELECT count(*) FROM sales_order").fetchone()[0]
    return bool(concerned > _ALL_ABOVE * orders)


def _places(conn: sqlite3.Connection) -> Places:
    return {
        (row[0], row[1])
        for row in conn.execute(
            "SELECT DISTINCT coalesce(o.record_id, 0), coalesce(o.date, '') FROM sales_order AS o"
            f" WHERE o.id IN ({_CONCERNED}) UNION SELECT record_id, day FROM stale_order"
        )
    }


def _months(places: Places) -> set[str]:
    """Return the months concerned; "" stands for orders without a date."""
    return {day[:7] for _record, day in places}


def _make_all(conn: sqlite3.Connection) -> None:
    conn.execute("DELETE FROM order_day")
    conn.execute(f"INSERT INTO order_day {query('order_days')}")
    _sort_items(conn)
    shelf, parts = Shelf(conn), []
    counter = cells.Counter(cells.Groups(conn), cells.owners(conn))
    for book in shelf.all_books():
        parts.append(days.daily(book))
        counter.add(book, len(shelf.slots))
    cells.replace_all(conn, counter, shelf)
    del counter
    days.replace_all(conn, parts, shelf)


def _make_changed(conn: sqlite3.Connection, places: Places) -> None:
    months = _months(places)
    if marks.mark(conn, "groups"):
        months |= _months_of(conn, _sort_items(conn))
    shelf = Shelf(conn)
    # first, while the cells of all months are those that the moved records were counted in
    cells.recount_customers(conn, shelf)
    if places:
        _count_orders(conn, _months(places))
        days.replace(conn, places, shelf)
    if months:
        cells.replace(conn, months, shelf)


def _sort_items(conn: sqlite3.Connection) -> list[int]:
    """Put every item under its product and category; return the known ones that changed."""
    now = "SELECT item_id, product, category FROM item_category"
    conn.execute("DROP TABLE IF EXISTS temp.st_group")
    conn.execute(f"CREATE TEMP TABLE st_group AS {now}")
    changed = [
        int(row[0])
        for row in conn.execute(
            "SELECT s.item_id FROM st_group AS s JOIN item_group AS g ON g.item_id = s.item_id"
            " WHERE s.product <> g.product OR s.category <> g.category"
        )
    ]
    conn.execute("DELETE FROM item_group")
    conn.execute("INSERT INTO item_group (item_id, product, category) SELECT * FROM st_group")
    conn.execute("DROP TABLE temp.st_group")
    return changed


def _months_of(conn: sqlite3.Connection, items: Iterable[int]) -> set[str]:
    """Return the months in which any of these items was sold."""
    wanted = {str(item) for item in items}
    if not wanted:
        return set()
    rows = conn.execute("SELECT DISTINCT month, grp FROM month_cell WHERE dimension = 'item'")
    return {str(row[0]) for row in rows if row[1] in wanted}


def _count_orders(conn: sqlite3.Connection, months: Iterable[str]) -> None:
    chosen = sorted(months)
    gaps = ", ".join("?" * len(chosen))
    conn.execute(f"DELETE FROM order_day WHERE substr(day, 1, 7) IN ({gaps})", chosen)
    conn.execute(
        f"INSERT INTO order_day SELECT * FROM ({query('order_days')})"
        f" WHERE substr(day, 1, 7) IN ({gaps})",
        chosen,
    )
