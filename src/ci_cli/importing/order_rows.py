"""Rows of an order file -> parts of orders, items and lines, ready to be staged.

A row may describe an order (customer, date, status), hold one line of it (product, quantity,
money), or both. A *part* is what consecutive rows of one order say alike about it; most orders
have exactly one. What the parts of one order say is taken together when the whole file is staged
(``order_union``), so nothing but the current chunk is ever held here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, repeat, starmap
from operator import floordiv
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
from ci_cli.importing.price_check import NEEDED as PRICED
from ci_cli.importing.price_check import PriceCheck
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
        self.prices = PriceCheck() if self.fields >= PRICED else None
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
        return order.state if "row.order_state" in self.fields else self._state(order.flags)

    def _state(self, flags: int) -> str | None:
        if flags & (Flag.VOID | Flag.COUNTED) == Flag.VOID:
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
        if self.prices is not None:
            self.prices.add(chunk.rows.lines, money)
        items, digest_parts, named, _texts = zip(*chunk.products, strict=True)
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
            return ["sale"] * len(chunk.places)
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
            return list(map(floordiv, numbers, repeat(QUANTITY_SCALE)))
        told = (money.quantity, money.price, money.amount, money.discount, money.cost)
        digests = line_digests(digest_parts, *(() if self.has_cells else told))
        return [
            digest if number is None else number // QUANTITY_SCALE
            for number, digest in zip(numbers, digests, strict=True)
        ]

    def _occurrences(self, chunk: OrderChunk) -> list[int]:
        """Return 0 for numbered lines, which come once, else 1; repeats are counted later."""
        numbers = chunk.number("line.number") if self._numbered else [None]
        if None not in numbers:
            return [0] * len(chunk.starts)
        if not self._numbered:
            return [1] * len(chunk.starts)
        return [int(number is None) for number in numbers]

    def _parts(
        self, chunk: OrderChunk, kinds: list[str], has_line: Sequence[bool], keys: Sequence[int]
    ) -> tuple[list[OrderPart], list[int]]:
        """Return the parts of orders in this chunk, and for each run the line of its part."""
        runs = self._runs(chunk, kinds, has_line, keys)
        orders = [(part.source, part.order_key) for part in runs]
        if len(set(orders)) == len(orders):  # as in most chunks of a sorted file
            return runs, [part.line for part in runs]
        parts: list[OrderPart] = []
        latest: dict[tuple[str, str], int] = {}  # place of the last part of an order
        firsts: list[int] = []
        for order, part in zip(orders, runs, strict=True):
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
    ) -> list[OrderPart]:
        """Return what each run says of its order."""
        starts = chunk.places
        lengths = list(map(int.__sub__, [*starts[1:], len(chunk.starts)], starts))
        sources = [source or self.rules.source for source in chunk.head("row.source")]
        names = zip(sources, chunk.head("customer.id"), chunk.head("customer.name"), strict=True)
        customers = list(starmap(customer_of, names))
        self.nameless += sum(compress(lengths, [customer is None for customer in customers]))
        flags = [Flag.VOID if kind == "void" else Flag.COUNTED for kind in kinds]
        if "row.import" in self.fields:
            flags = [
                flag | Flag.CORRECTED if mark else flag
                for flag, mark in zip(flags, chunk.head("row.import"), strict=True)
            ]
        has = [has_line[at] for at in starts]
        none: Sequence[Any] = [None] * len(starts)
        order_kinds = chunk.told("row.order_kind")
        extras, lines, bare = none, lengths, [0] * len(starts)
        if not all(has):  # such a row only describes its order, and so do its other cells
            lines = [length if held else 0 for length, held in zip(lengths, has, strict=True)]
            bare = list(map(int.__sub__, lengths, lines))
            flags = [
                flag if held else flag | Flag.BARE for flag, held in zip(flags, has, strict=True)
            ]
            extras = [
                None if held else chunk.extras[at] for held, at in zip(has, starts, strict=True)
            ]
            order_kinds = [
                told if told or held else line_kind if line_kind == "return"
                else "sale" if kind else None
                for told, held, line_kind, kind in zip(
                    order_kinds, has, kinds, chunk.head("order.kind"), strict=True
                )
            ]  # fmt: skip
        states = chunk.told("row.order_state")
        if self._judged and "row.order_state" not in self.fields:
            state_of = {flag: self._state(flag) for flag in set(flags)}
            states = [state_of[flag] for flag in flags]
        whens = [when or (None, None) for when in chunk.head("order.date")]
        self._count_ahead(chunk, whens, lengths)
        given = self.rules.currency or None
        said = zip(
            map(chunk.rows.lines.__getitem__, starts), sources,
            self._order_keys(chunk, customers, whens, [
                keys[at] if held else None for held, at in zip(has, starts, strict=True)
            ]),
            [customer and self._customers(customer) for customer in customers],
            [day for day, _time in whens], [time or None for _day, time in whens], order_kinds,
            states, chunk.told("order.status"),
            [currency or given for currency in chunk.head("order.currency")],
            chunk.head("order.total"), chunk.told(self._owner), chunk.told("customer.region"),
            chunk.told("customer.country"), self._abouts(chunk), extras, flags, lines, bare,
            strict=True,
        )  # fmt: skip
        return list(map(OrderPart._make, said))

    def _count_ahead(
        self, chunk: OrderChunk, whens: Sequence[tuple[str | None, str | None]],
        lengths: Sequence[int],
    ) -> None:  # fmt: skip
        """Count the rows of orders whose days are still to come."""
        ahead = [day is not None and day > self.rules.last_day for day, _time in whens]
        if any(ahead):
            self.ahead += sum(compress(lengths, ahead))
            place = ahead.index(True)
            line, day = chunk.rows.lines[chunk.places[place]], whens[place][0]
            self.first_ahead = self.first_ahead or (line_of(line), day or "")

    def _order_keys(
        self, chunk: OrderChunk, customers: Sequence[Customer | None],
        whens: Sequence[tuple[str | None, str | None]], digests: Sequence[int | None],
    ) -> Sequence[str]:  # fmt: skip
        """Return the order ids of the runs; those that have none get one that is made up."""
        given = chunk.head("order.id")
        if all(given):
            return given
        told = zip(
            chunk.head("row.source"), chunk.head("order.total"), chunk.head("order.status"),
            chunk.head(self._owner), chunk.places, strict=True,
        )  # fmt: skip
        found: list[str] = []
        for order_id, customer, (day, time), digest, (source, total, status, owner, at) in zip(
            given, customers, whens, digests, told, strict=True
        ):
            found.append(order_id or self._made_up.key(
                customer, day, digest,
                (source or self.rules.source, customer, day, time, total, status, owner,
                 chunk.extras[at]),
            ))  # fmt: skip
        return found

    def _abouts(self, chunk: OrderChunk) -> Sequence[str | None]:
        """Return as JSON what each run says of the customer, None where that is nothing."""
        if not self._about:
            return [None] * len(chunk.places)
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
