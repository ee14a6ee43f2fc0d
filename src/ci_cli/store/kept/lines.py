"""Orders and their revenue lines as arrays: what the kept figures are made of.

Adding up ten million lines in SQL means sorting them once for each figure; as arrays all figures
come out of one pass, six times as fast (measured in ``benchmarks/results.md``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from ci_cli.store.sql import query

ORDERS_AT_A_TIME = 200_000  # some hundred megabytes, whatever the size of the store
IDS_AT_A_TIME = 5_000  # bound as parameters of one query
_SAFE_SUM = 2**62


class TooLargeError(ArithmeticError):
    """The figures do not fit into 64 bits, so they cannot be kept; lines are added up instead."""


@dataclass
class Book:
    """Some orders and their lines; every array is int64, ``sale`` is bool.

    Orders (by id): ``order`` ids, ``record`` (0: nobody), ``currency`` (place in ``currencies``),
    ``day`` (proleptic ordinal), ``slot`` (place in ``slots``). Lines: ``at`` (place of the order),
    ``item`` (0: none), ``sale``, ``amount``, ``quantity``.
    """

    order: Any
    record: Any
    currency: Any
    day: Any
    slot: Any
    at: Any
    item: Any
    sale: Any
    amount: Any
    quantity: Any


class Shelf:
    """Hands out books, and numbers their currencies, days and slots (currency and month).

    The numbers stay the same from one book to the next.
    """

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.currencies: list[str] = []
        self.slots: list[tuple[str, str]] = []  # currency, month
        self._currency: dict[str, int] = {}
        self._slot: dict[tuple[str, str], int] = {}
        self._place: dict[tuple[str, str], tuple[int, int, int]] = {}
        self._sums = [0.0, 0.0]

    def all_books(self) -> Iterator[Book]:
        """Go through every order of the store."""
        last = int(self.conn.execute("SELECT coalesce(max(id), 0) FROM sales_order").fetchone()[0])
        for first in range(1, last + 1, ORDERS_AT_A_TIME):
            yield self._book("BETWEEN ? AND ?", (first, first + ORDERS_AT_A_TIME - 1))

    def books(self, orders: Sequence[int]) -> Iterator[Book]:
        """Go through some orders, given by their ids."""
        chosen = sorted(set(orders))
        for start in range(0, len(chosen), IDS_AT_A_TIME):
            ids = chosen[start : start + IDS_AT_A_TIME]
            yield self._book(f"IN ({', '.join('?' * len(ids))})", ids)

    def _book(self, ids: str, parameters: Sequence[int]) -> Book:
        import numpy as np

        orders = self._rows("kept_orders", ids, parameters)
        columns = list(zip(*orders, strict=True)) or [(), (), (), ()]
        placed = [self.placed(day, unit) for day, unit in zip(*columns[2:], strict=True)]
        places = _numbers(placed, 3)
        lines = _numbers(self._rows("kept_lines", ids, parameters), 5)
        self._check(np.abs(lines[:, 3:].astype(np.float64)).sum(axis=0))
        order = np.array(columns[0], dtype=np.int64)
        return Book(
            order,
            np.array(columns[1], dtype=np.int64),
            places[:, 0],
            places[:, 1],
            places[:, 2],
            np.searchsorted(order, lines[:, 0]),
            lines[:, 1].copy(),
            lines[:, 2] > 0,
            lines[:, 3].copy(),
            lines[:, 4].copy(),
        )

    def _rows(self, name: str, ids: str, parameters: Sequence[int]) -> list[tuple[Any, ...]]:
        cursor = self.conn.cursor()
        cursor.row_factory = None
        return cursor.execute(query(name).format(ids=ids), parameters).fetchall()

    def placed(self, day: str, currency: str) -> tuple[int, int, int]:
        """Return the numbers of a currency, a day and a slot."""
        place = self._place.get((day, currency))
        if place is None:
            if currency not in self._currency:
                self._currency[currency] = len(self.currencies)
                self.currencies.append(currency)
            slot = (currency, day[:7])
            if slot not in self._slot:
                self._slot[slot] = len(self.slots)
                self.slots.append(slot)
            ordinal = date.fromisoformat(day).toordinal()
            place = (self._currency[currency], ordinal, self._slot[slot])
            self._place[(day, currency)] = place
        return place

    def _check(self, sums: Any) -> None:
        """Refuse before any sum could pass 64 bits, where it would wrap in silence."""
        self._sums = [have + float(more) for have, more in zip(self._sums, sums, strict=True)]
        if max(self._sums) > _SAFE_SUM:
            raise TooLargeError


def _numbers(rows: Sequence[tuple[Any, ...]], width: int) -> Any:
    """Return rows of whole numbers as an array of two dimensions."""
    import numpy as np

    flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=width * len(rows))
    return flat.reshape(-1, width)


def distinct(keys: Any) -> tuple[Any, Any]:
    """Return the distinct keys in order and how often each comes.

    By sorting: ``numpy.unique`` hashes first, which takes ten times as long on keys like these.
    """
    import numpy as np

    keys = np.sort(keys)
    if not len(keys):
        return keys, np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.diff(np.concatenate((starts, [len(keys)])))


def summed(keys: Any, *values: Any) -> tuple[Any, ...]:
    """Return the distinct keys in order, and the sum of each of ``values`` for each of them."""
    import numpy as np

    if not len(keys):
        return (keys, *values)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return (keys[starts], *(np.add.reduceat(value[order], starts) for value in values))
