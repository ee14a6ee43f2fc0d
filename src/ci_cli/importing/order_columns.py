"""Columns of an order file, each read as seldom as its texts change.

Consecutive rows mostly belong to one order, so what describes the order (number, date, customer)
is read once per *run* of rows that say the same about it. A product is read once per distinct
triple of code, name and category. Only the numbers of a line are read row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, repeat
from operator import ne
from typing import Any

from ci_cli.importing.convert import Converter, Rows
from ci_cli.importing.order_keys import Item, Product, Products
from ci_cli.importing.values.cells import ValueReject

# first what tells most products apart; see ``Products.usual``
PRODUCT = ("line.product_id", "line.product_name", "line.category", "row.source")
NUMBERS = (
    "line.number", "line.quantity", "line.unit_price", "line.amount", "line.discount", "line.cost",
)  # fmt: skip


@dataclass
class OrderChunk:
    """Rows that can be read.

    ``heads`` has one value per run for each field that describes the order, ``starts`` marks the
    row with which each run begins; ``numbers`` has one value per row, as ``products``.
    """

    rows: Rows
    extras: Sequence[str | None]
    starts: Sequence[bool]
    heads: dict[str, list[Any]]
    products: list[Product]
    numbers: dict[str, list[int | None]]

    @cached_property
    def places(self) -> list[int]:
        """Return the place of the row with which each run begins."""
        return [*compress(range(len(self.starts)), self.starts)]

    def head(self, name: str) -> Sequence[Any]:
        """Return the values of a field that describes the order, one per run."""
        return self.heads.get(name) or [None] * len(self.places)

    def told(self, name: str) -> Sequence[Any]:
        """Return the same with None for empty texts."""
        values = self.heads.get(name)
        return [value or None for value in values] if values else [None] * len(self.places)

    def number(self, name: str) -> Sequence[int | None]:
        """Return the values of a number, one per row."""
        return self.numbers.get(name) or [None] * len(self.starts)

    def spread(self, values: Sequence[Any]) -> list[Any]:
        """Repeat values of runs for each of their rows."""
        lengths = map(int.__sub__, [*self.places[1:], len(self.starts)], self.places)
        return list(chain.from_iterable(map(repeat, values, lengths)))


class OrderColumns:
    """Reads the columns of one file.

    Args:
        converter: how its cells become values; it sets aside the rows that cannot be read.
        source: of rows that name none.
    """

    def __init__(self, converter: Converter, source: str) -> None:
        self.converter = converter
        self.source = source
        names = [name for name in converter.fields if name in converter.memos]
        self._product = [name for name in PRODUCT if name in names]
        self._numbers = [name for name in NUMBERS if name in names]
        self._head = [
            name for name in names
            if name not in self._numbers and (name not in self._product or name == "row.source")
        ]  # fmt: skip
        # without a number of its own an order is known by what each of its rows says
        self._row_by_row = "order.id" not in names
        self.products = Products()

    def read(self, rows: Rows) -> OrderChunk:
        """Return the columns of the rows that can be read; the others are set aside."""
        chunk = self._typed(rows)
        return chunk or self.read(self.converter.readable(rows))

    def item(self, texts: tuple[str, ...]) -> Item:
        """Return the product that the texts of a row name; "" stands for what they do not say."""
        memos = self.converter.memos
        said = {name: memos[name][text] for name, text in zip(self._product, texts, strict=True)}
        code, name, category, source = (said.get(name) or "" for name in PRODUCT)
        return (source or self.source, code, name, category)  # type: ignore[return-value]

    def _typed(self, rows: Rows) -> OrderChunk | None:
        """Return the columns, None where some row cannot be read."""
        converter = self.converter
        starts = self._starts(rows)
        heads = {}
        for name in self._head:
            texts = list(compress(rows.cells[converter.fields[name]], starts))
            heads[name] = converter.memos[name].column(texts)
        numbers = {name: converter.column(name, rows) for name in self._numbers}
        for name, column in chain(heads.items(), numbers.items()):
            if converter.memos[name].has_rejects and ValueReject in set(map(type, column)):
                return None
        if any(None in heads[name] or "" in heads[name] for name in converter.required):
            return None
        products = self._products(rows)
        if products is None:
            return None
        return OrderChunk(rows, converter.kept(rows), starts, heads, products, numbers)

    def _products(self, rows: Rows) -> list[Product] | None:
        """Return the product of each row, None where some text of one cannot be read."""
        positions = [self.converter.fields[name] for name in self._product]
        columns = [rows.cells[position] for position in positions]
        found = self.products.usual(columns)
        if found is not None:
            return found
        items = list(zip(*columns, strict=True)) or [()] * len(rows.rows)
        found = self.products.get(items)
        if found is None:
            unknown = self.products.unknown(items)
            if not self._can_be_read(unknown):
                return None
            self.products.add({texts: self.item(texts) for texts in unknown})
            found = self.products.get(items)
        return found

    def _can_be_read(self, products: list[tuple[str, ...]]) -> bool:
        memos = [self.converter.memos[name] for name in self._product]
        for column, memo in zip(zip(*products, strict=True), memos, strict=bool(products)):
            if ValueReject in map(type, memo.column(column)):
                return False
        return True

    def _starts(self, rows: Rows) -> list[bool]:
        """Mark the rows that say something else of their order than the row before."""
        count = len(rows.rows)
        if self._row_by_row or not count:
            return [True] * count
        columns = [rows.cells[self.converter.fields[name]] for name in self._head]
        said = list(zip(*columns, strict=True))
        return [True, *map(ne, said[1:], said)]
