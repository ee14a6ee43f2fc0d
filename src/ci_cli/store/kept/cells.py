"""Month cells: revenue by category, product, item and in all, by month, with distinct counts.

Orders and customers cannot be added up from smaller cells, so each dimension is counted from the
lines. Months are made anew as a whole; a customer who was joined to another or parted from one only
changes counts of customers, which are corrected from the lines of the records concerned.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from ci_cli.store.kept.lines import Book, Shelf, TooLargeError, distinct, summed

DIMENSIONS = ("category", "item", "product", "total")  # in the order of the table
_SOLD = ("category", "product", "total")  # dimensions whose orders and customers are counted
_INSERT = (
    "INSERT INTO month_cell (dimension, currency, month, grp, net, gross, quantity, lines, orders,"
    " customers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_MOST_SLOTS = 2**20
_MOST_KEY = 2**62


class Groups:
    """The groups that an item falls into, numbered, by dimension."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        import numpy as np

        items = conn.execute("SELECT item_id, product, category FROM item_group").fetchall()
        size = 1 + max((row[0] for row in items), default=0)
        self.names: dict[str, list[str]] = {"total": ["total"]}
        self.of_item: dict[str, Any] = {"total": np.zeros(size, dtype=np.int64)}
        self.names["item"] = [str(number) for number in range(size)]
        self.of_item["item"] = np.arange(size, dtype=np.int64)
        for position, dimension in ((1, "product"), (2, "category")):
            number: dict[str, int] = {"": 0}
            of_item = np.zeros(size, dtype=np.int64)  # what has no item belongs to no group
            for row in items:
                of_item[row[0]] = number.setdefault(row[position], len(number))
            self.names[dimension] = list(number)
            self.of_item[dimension] = of_item


def owners(conn: sqlite3.Connection) -> Any:
    """Return an array with the customer of each record; nobody (0) belongs to 0."""
    import numpy as np

    pairs = conn.execute("SELECT id, customer_id FROM record").fetchall()
    found = np.zeros(1 + max((row[0] for row in pairs), default=0), dtype=np.int64)
    for record, customer in pairs:
        found[record] = customer
    return found


class Counter:
    """Adds books up to cells."""

    def __init__(self, groups: Groups, customer_of: Any) -> None:
        self.groups = groups
        self.customer_of = customer_of
        self.people = 1 + int(customer_of.max(initial=0))
        self._sums: dict[str, list[tuple[Any, ...]]] = {name: [] for name in DIMENSIONS}
        self._orders: dict[str, list[tuple[Any, Any]]] = {name: [] for name in DIMENSIONS}
        self._pairs: dict[str, list[Any]] = {name: [] for name in DIMENSIONS}

    def add(self, book: Book, slots: int) -> None:
        """Count a book; no order may come in two books."""
        import numpy as np

        if slots > _MOST_SLOTS:
            raise TooLargeError
        slot = book.slot[book.at]
        ones = np.ones(len(book.at), dtype=np.int64)
        gross = np.where(book.sale, book.amount, 0)
        sold = book.sale & (book.amount > 0)
        customer = self.customer_of[book.record[book.at[sold]]]
        for name in DIMENSIONS:
            # the group comes first: how many slots there are is known only at the end
            cell = self.groups.of_item[name][book.item] * _MOST_SLOTS + slot
            self._sums[name].append(summed(cell, book.amount, gross, book.quantity, ones))
            if name not in _SOLD:
                continue
            most = int(cell.max(initial=0))
            if most > _MOST_KEY // max(self.people, len(book.order)):
                raise TooLargeError
            orders, _lines = distinct(cell[sold] * len(book.order) + book.at[sold])
            self._orders[name].append(distinct(orders // max(len(book.order), 1)))
            pairs = cell[sold] * self.people + customer
            self._pairs[name].append(distinct(pairs[customer > 0])[0])

    def rows(self, slots: Sequence[tuple[str, str]]) -> Iterable[tuple[Any, ...]]:
        """Yield the rows of ``month_cell``."""
        for name in DIMENSIONS:
            yield from self._rows(name, slots)

    def _rows(self, name: str, slots: Sequence[tuple[str, str]]) -> Iterable[tuple[Any, ...]]:
        import numpy as np

        if not self._sums[name]:
            return
        parts = [np.concatenate(column) for column in zip(*self._sums[name], strict=True)]
        cells, *sums = summed(*parts)
        orders = self._spread(cells, self._orders[name])
        pairs, _seen = distinct(np.concatenate([cells[:0], *self._pairs[name]]))
        customers = self._spread(cells, [distinct(pairs // self.people)])
        names = self.groups.names[name]
        # as the table keeps them: a tree that grows at its end is written faster, and is smaller
        order = np.lexsort((_rank(names)[cells // _MOST_SLOTS], _rank(slots)[cells % _MOST_SLOTS]))
        columns = (column[order] for column in (cells, *sums, orders, customers))
        for cell, *figures in zip(*(column.tolist() for column in columns), strict=True):
            currency, month = slots[cell % _MOST_SLOTS]
            yield (name, currency, month, names[cell // _MOST_SLOTS], *figures)

    @staticmethod
    def _spread(cells: Any, parts: Sequence[tuple[Any, Any]]) -> Any:
        """Return counts by cell, 0 for the cells that the parts do not name."""
        import numpy as np

        found = np.zeros(len(cells), dtype=np.int64)
        for places, counts in parts:
            found[np.searchsorted(cells, places)] += counts
        return found


def _rank(things: Sequence[Any]) -> Any:
    """Return the place that each of some things has when they are sorted."""
    import numpy as np

    ranks = np.zeros(len(things), dtype=np.int64)
    ranks[sorted(range(len(things)), key=things.__getitem__)] = np.arange(len(things))
    return ranks


def replace_all(conn: sqlite3.Connection, counter: Counter, shelf: Shelf) -> None:
    """Make the whole table anew."""
    conn.execute("DELETE FROM month_cell")
    conn.executemany(_INSERT, counter.rows(shelf.slots))


def replace(conn: sqlite3.Connection, months: Iterable[str], shelf: Shelf) -> None:
    """Make some months anew."""
    chosen = sorted(months)
    gaps = ", ".join("?" * len(chosen))
    conn.execute(f"DELETE FROM month_cell WHERE month IN ({gaps})", chosen)
    orders = conn.execute(
        f"SELECT id FROM sales_order WHERE substr(date, 1, 7) IN ({gaps})", chosen
    ).fetchall()
    counter = Counter(Groups(conn), owners(conn))
    for book in shelf.books([row[0] for row in orders]):
        counter.add(book, len(shelf.slots))
    conn.executemany(_INSERT, counter.rows(shelf.slots))


def recount_customers(conn: sqlite3.Connection, shelf: Shelf) -> None:
    """Correct the counts of customers for records that moved since they were counted.

    Only the records of the customers concerned matter: how many customers they were in a cell
    before, and how many they are now.
    """
    import numpy as np

    records = conn.execute(
        "WITH concerned AS (SELECT customer_id FROM moved_record UNION SELECT r.customer_id"
        " FROM record AS r JOIN moved_record AS m ON m.record_id = r.id)"
        " SELECT r.id, r.customer_id, coalesce(m.customer_id, r.customer_id) FROM concerned AS c"
        " JOIN record AS r ON r.customer_id = c.customer_id"
        " LEFT JOIN moved_record AS m ON m.record_id = r.id"
    ).fetchall()
    orders = conn.execute(
        "SELECT o.id FROM (SELECT customer_id FROM moved_record UNION SELECT r.customer_id"
        " FROM record AS r JOIN moved_record AS m ON m.record_id = r.id) AS c"
        " JOIN record AS r ON r.customer_id = c.customer_id"
        " JOIN sales_order AS o ON o.record_id = r.id"
    ).fetchall()
    if not orders:
        return
    size = 1 + max(row[0] for row in records)
    now, before = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for record, customer, former in records:
        now[record], before[record] = customer, former
    groups = Groups(conn)
    counters = [(sign, Counter(groups, whose)) for sign, whose in ((1, now), (-1, before))]
    for book in shelf.books([row[0] for row in orders]):
        for _sign, counter in counters:
            counter.add(book, len(shelf.slots))
    conn.executemany(
        "UPDATE month_cell SET customers = customers + ? WHERE dimension = ? AND currency = ?"
        " AND month = ? AND grp = ?",
        [
            (sign * row[-1], *row[:4])
            for sign, counter in counters
            for row in counter.rows(shelf.slots)
            if row[-1]
        ],
    )
