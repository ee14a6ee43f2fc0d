"""Rows of an order file -> parts of orders, items and lines, ready to be staged.

A row may describe an order (customer, date, status), hold one line of it (product, quantity,
money), or both. A *part* is what consecutive rows of one order say alike about it; most orders
have exactly one. What the parts of one order say is taken together when the whole file is staged
(``order_union``), so nothing but the current chunk is ever held here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any

from ci_cli.importing.convert import Converter, Rows
from ci_cli.importing.line_money import LineMoney, MoneyRules
from ci_cli.importing.order_columns import OrderChunk, OrderColumns
from ci_cli.importing.order_keys import (
    Customer,
    MadeUpKeys,
    Numbered,
    customer_of,
    line_digests,
)
from ci_cli.importing.values.cells import Remembered
from ci_cli.readers.base import line_of
from ci_cli.report import QUANTITY_SCALE
from ci_cli.store.writes.order_staging import Flag, OrderPart, StagedChunk
from ci_cli.store.writes.records import HEARSAY
from ci_cli.text import msg

# what makes a file describe orders, not only their lines
ORDER_FIELDS = (
    "order.date", "order.status", "order.kind", "order.total", "order.owner", "customer.id",
    "customer.name", "customer.owner",
)  # fmt: skip
_TOLD = {
    **{f"customer.{name}": name for name in HEARSAY},
    "contact.phone": "phone",
    "contact.email": "email",
}
_TOO_MUCH = (
    msg("quantity × price is more money than there is"),
    msg("check quantity and price: a code or a date may have slipped into one of them"),
)


@dataclass(frozen=True)
class OrderRules:
    """What was decided for the whole file."""

    source: str
    currency: str | None  # of amounts that name none: from the header, or None
    kind_of: Callable[[str], str | None]  # sale, return, quote
    state_of: Callable[[str], str | None]  # counted, void, return
    cancel_prefix: str | None
    money: MoneyRules
    last_day: str  # ISO; orders of later days are ahead of their time


@dataclass
class OrderBuilder:
    """Takes the rows of one file apart, chunk by chunk."""

    rules: OrderRules
    converter: Converter
    nameless: int = 0  # rows that name no customer
    unknown_words: set[str] = field(default_factory=set)  # of status and type columns
    ahead: int = 0  # rows of days to come
    first_ahead: tuple[int, str] | None = None  # line and day of the first of them

    def __post_init__(self) -> None:
        self.fields = frozenset(self.converter.fields)
        self._columns = OrderColumns(self.converter, self.rules.source)
        self._customers: Numbered[Customer] = Numbered()
        self._made_up = MadeUpKeys()
        self._about = [(name, key) for name, key in _TOLD.items() if name in self.fields]
        self._about_json = Remembered(self._as_json)
        # a cell of a wide sheet is known by its place, so a corrected figure replaces the old one
        self.has_cells = "row.cell" in self.fields
        self._numbered = {"line.number", "order.id"} <= self.fields
        # columns that tell which rows count
        self._judged = bool({"order.status", "order.kind", "row.line_kind"} & self.fields)
        # in a file of orders the salesperson is the order's, and stays so after a transfer
        self._owner = "order.owner" if "order.owner" in self.fields else "customer.owner"

    @property
    def describes(self) -> bool:
        """Tell whether the file describes orders, not only their lines."""
        return any(name in self.fields for name in ORDER_FIELDS)

    @property
    def names_customers(self) -> bool:
        """Tell whether the file has a column for the customer."""
        return bool(self.fields & {"customer.id", "customer.name"})

    def state_of(self, order: OrderPart) -> str | None:
        """Return whether an order counts: as soon as one of its rows does; None: as it was."""
        if "row.order_state" in self.fields:
            return order.state
        if order.flags & (Flag.VOID | Flag.COUNTED) == Flag.VOID:
            return "void"
        return "counted" if {"order.status", "order.kind"} & self.fields else None

    def add(self, rows: Rows) -> StagedChunk:
        """Take the rows of one chunk apart; those that cannot be read are set aside."""
        chunk = self._columns.read(rows)
        money = self._money(chunk)
        too_much = money.is_too_much()
        if any(too_much):
            for index in compress(range(len(too_much)), too_much):
                self.converter.reject(
                    chunk.rows.lines[index], "line.unit_price", chunk.rows.rows[index], *_TOO_MUCH
                )
            self._columns.products.take_back()
            return self.add(chunk.rows.only([not wrong for wrong in too_much]))
        if not chunk.rows.rows:
            return StagedChunk([], [], [], {})
        items, digest_parts, named = zip(*chunk.products, strict=True)
        has_line = named if all(named) else self._have_lines(chunk, named)
        if not all(has_line):  # rows of one run may differ in it, so each is taken by itself
            chunk = _row_by_row(chunk)
        kinds = self._line_kinds(chunk)
        said = chunk.spread(chunk.head("row.line_kind")) if "row.line_kind" in self.fields else None
        line_kinds = money.sign(chunk.spread(kinds), said)
        keys = self._line_keys(chunk, money, digest_parts)
        parts, firsts = self._parts(chunk, kinds, has_line, keys)
        lines: dict[str, Sequence[Any]] = {
            "line": chunk.rows.lines, "first": chunk.spread(firsts), "item": items,
            "line_key": keys, "occurrence": self._occurrences(chunk), "kind": line_kinds,
            **self._told_values(money),
        }  # fmt: skip
        if self.converter.extras:
            lines["extra"] = chunk.extras
        if not all(has_line):
            for name in lines.keys() - {"line", "first"}:
                lines[name] = [
                    value if has else None for value, has in zip(lines[name], has_line, strict=True)
                ]
        return StagedChunk(
            [(number, *item) for number, item in self._columns.products.take_fresh()],
            [(number, *customer) for number, customer in self._customers.take_fresh()],
            parts, lines,
        )  # fmt: skip

    def _money(self, chunk: OrderChunk) -> LineMoney:
        names = ("line.quantity", "line.unit_price", "line.amount", "line.discount", "line.cost")
        money = LineMoney(*map(chunk.number, names))
        money.work_out(self.rules.money)
        return money

    def _told_values(self, money: LineMoney) -> dict[str, Sequence[int | None]]:
        """Return the numbers that lines of this file can have."""
        values = {
            "quantity": money.quantity, "unit_price": money.price, "amount": money.amount,
            "discount": money.discount, "cost": money.cost,
        }  # fmt: skip
        computed = {"amount"} if {"line.quantity", "line.unit_price"} <= self.fields else set()
        return {
            name: column for name, column in values.items()
            if f"line.{name}" in self.fields or name in computed
        }  # fmt: skip

    @staticmethod
    def _have_lines(chunk: OrderChunk, named: Sequence[bool]) -> list[bool]:
        """Return for each row whether it holds a line: a product, a quantity or money."""
        numbers = map(chunk.number, ("line.quantity", "line.unit_price", "line.amount"))
        return [
            name or any(value is not None for value in values)
            for name, values in zip(named, zip(*numbers, strict=True), strict=True)
        ]

    def _line_kinds(self, chunk: OrderChunk) -> list[str]:
        """Return for each run what its order id, status and type make of its lines."""
        if not self._judged and not self.rules.cancel_prefix:
            return ["sale"] * sum(chunk.starts)
        names = ("row.line_kind", "order.id", "order.status", "order.kind")
        heads = zip(*map(chunk.head, names), strict=True)
        return [said or self._line_kind(*words) for said, *words in heads]

    def _line_kind(self, order_id: str | None, status: str | None, kind: str | None) -> str:
        words = (
            self.rules.state_of(status) if status else None,
            self.rules.kind_of(kind) if kind else None,
        )
        if status and words[0] is None:
            self.unknown_words.add(status)
        if kind and words[1] is None:
            self.unknown_words.add(kind)
        if "void" in words or "quote" in words:
            return "void"
        if "return" in words:
            return "return"
        prefix = self.rules.cancel_prefix
        if prefix and order_id and order_id.startswith(prefix):
            return "return"
        return "sale"

    def _line_keys(
        self, chunk: OrderChunk, money: LineMoney, digest_parts: Sequence[bytes]
    ) -> Sequence[int]:
        """Return what a line is known by inside its order: its number, else its values."""
        numbers = chunk.number("line.number") if self._numbered else [None] * len(digest_parts)
        if None not in numbers:
            return [number // QUANTITY_SCALE for number in numbers if number is not None]
        told = (money.quantity, money.price, money.amount, money.discount, money.cost)
        digests = line_digests(digest_parts, *(() if self.has_cells else told))
        return [
            digest if number is None else number // QUANTITY_SCALE
            for number, digest in zip(numbers, digests, strict=True)
        ]

    def _occurrences(self, chunk: OrderChunk) -> list[int]:
        """Return 0 for numbered lines, which come once, else 1; repeats are counted later."""
        if not self._numbered:
            return [1] * len(chunk.starts)
        return [int(number is None) for number in chunk.number("line.number")]

    def _parts(
        self, chunk: OrderChunk, kinds: list[str], has_line: Sequence[bool], keys: Sequence[int]
    ) -> tuple[list[OrderPart], list[int]]:
        """Return the parts of orders in this chunk, and for each run the line of its part."""
        parts: list[OrderPart] = []
        latest: dict[tuple[str, str], int] = {}  # place of the last part of an order
        firsts: list[int] = []
        for part in self._runs(chunk, kinds, has_line, keys):
            order = (part.source, part.order_key)
            place = latest.get(order)
            if place is not None and part.says_the_same_as(parts[place]):
                parts[place] = parts[place].lengthened(part)
            else:
                place = latest[order] = len(parts)
                parts.append(part)
            firsts.append(parts[place].line)
        return parts, firsts

    def _runs(
        self, chunk: OrderChunk, kinds: list[str], has_line: Sequence[bool], keys: Sequence[int]
    ) -> Iterator[OrderPart]:
        """Yield what each run says of its order."""
        rules, number_of = self.rules, self._customers
        starts = [*compress(range(len(chunk.starts)), chunk.starts), len(chunk.starts)]
        heads = zip(
            starts, starts[1:], kinds, self._abouts(chunk), *map(chunk.head, (
                "row.source", "order.id", "order.date", "customer.id", "customer.name",
                "order.kind", "order.status", "order.currency", "order.total", self._owner,
                "customer.region", "customer.country", "row.import", "row.order_kind",
                "row.order_state",
            )), strict=False,
        )  # fmt: skip
        for (
            at, end, line_kind, about, source, order_id, when, customer_id, customer_name, kind,
            status, currency, total, owner, region, country, mark, order_kind, state,
        ) in heads:  # fmt: skip
            source = source or rules.source
            day, time = when or (None, None)
            if day is not None and day > rules.last_day:
                self.ahead += end - at
                self.first_ahead = self.first_ahead or (line_of(chunk.rows.lines[at]), day)
            customer = customer_of(source, customer_id, customer_name)
            if customer is None:
                self.nameless += end - at
            extra = None
            flags = Flag.VOID if line_kind == "void" else Flag.COUNTED
            if mark:
                flags |= Flag.CORRECTED
            if has_line[at]:
                digest, lines, bare = keys[at], end - at, 0
            else:  # the row only describes its order, and so do its other cells
                digest, lines, bare = None, 0, end - at
                flags |= Flag.BARE
                extra = chunk.extras[at]
                if not order_kind:
                    order_kind = "return" if line_kind == "return" else "sale" if kind else None
            key = order_id or self._made_up.key(
                customer, day, digest,
                (source, customer, day, time, total, status, owner, chunk.extras[at]),
            )  # fmt: skip
            part = OrderPart(
                chunk.rows.lines[at], source, key, customer and number_of(customer), day,
                time or None, order_kind or None, state or None, status or None,
                currency or rules.currency or None, total, owner or None, region or None,
                country or None, about, extra, flags, lines, bare,
            )  # fmt: skip
            yield part._replace(state=self.state_of(part)) if self._judged else part

    def _abouts(self, chunk: OrderChunk) -> Sequence[str | None]:
        """Return as JSON what each run says of the customer, None where that is nothing."""
        if not self._about:
            return [None] * sum(chunk.starts)
        told = zip(*(chunk.head(name) for name, _ in self._about), strict=True)
        return list(map(self._about_json.__getitem__, told))

    def _as_json(self, told: tuple[str | None, ...]) -> str | None:
        keys = [key for _, key in self._about]
        about = {key: value for key, value in zip(keys, told, strict=True) if value}
        return json.dumps(about, ensure_ascii=False, sort_keys=True) if about else None


def _row_by_row(chunk: OrderChunk) -> OrderChunk:
    """Return the chunk with each row as a run of its own."""
    heads = {name: chunk.spread(values) for name, values in chunk.heads.items()}
    return replace(chunk, starts=[True] * len(chunk.starts), heads=heads)
