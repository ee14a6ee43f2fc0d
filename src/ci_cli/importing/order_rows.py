"""Rows of an order file -> orders, items and lines, ready to be staged.

A row may describe an order (customer, date, status), hold one line of it (product, quantity,
money), or both. Everything that a file says about one order is taken together here, so the
result never depends on the order of its rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from ci_cli.importing.convert import Converted, Converter
from ci_cli.models.names import exact_name
from ci_cli.report import QUANTITY_SCALE
from ci_cli.store.writes.orders import OrderFile, StagedOrder
from ci_cli.store.writes.records import HEARSAY
from ci_cli.text import Msg, msg

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

_MEND = msg(
    "an order belongs to one customer, in one currency, with one total: correct the order id, or"
    " map money that differs from line to line with --map line.amount=HEADER"
)

MAX_MONEY = 10**17  # ten trillion units: beyond it a quantity or a price is a slip
_TOO_MUCH = (
    msg("quantity × price is more money than there is"),
    msg("check quantity and price: a code or a date may have slipped into one of them"),
)

Line = tuple[Any, ...]


@dataclass(frozen=True)
class OrderRules:
    """What was decided for the whole file."""

    source: str
    currency: str | None  # of amounts that name none: from the header, or None
    kind_of: Callable[[str], str | None]  # sale, return, quote
    state_of: Callable[[str], str | None]  # counted, void, return
    cancel_prefix: str | None
    discount_is_rate: bool
    cost_is_per_unit: bool = False


@dataclass
class OrderBuilder:
    """Collects the rows of one file."""

    rules: OrderRules
    fields: frozenset[str]
    file: OrderFile = field(init=False)
    nameless: int = 0  # rows that name no customer
    _orders: dict[tuple[str, str], StagedOrder] = field(default_factory=dict)
    _told: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)
    _items: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    _item_digests: list[bytes] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _void: set[tuple[str, str]] = field(default_factory=set)
    _counted: set[tuple[str, str]] = field(default_factory=set)
    _whole: set[tuple[str, str]] = field(default_factory=set)  # not only corrected rejects
    unknown_words: set[str] = field(default_factory=set)  # of status and type columns

    def __post_init__(self) -> None:
        self.file = OrderFile(describes=any(name in self.fields for name in ORDER_FIELDS))
        self._about = [(name, key) for name, key in _TOLD.items() if name in self.fields]
        self._numbered = "line.number" in self.fields and "order.id" in self.fields
        # a cell of a wide sheet is known by its place, so a corrected figure replaces the old one
        self._cells = self.file.cells = "row.cell" in self.fields

    def add(self, chunk: Converted, converter: Converter) -> Iterator[Line]:
        """Take the rows of one chunk in; yield one staged line per row (see ``stage_lines``).

        A row that contradicts an earlier row of its order is set aside as a conflict.
        """
        get = chunk.column
        about = [get(name) for name, _ in self._about]
        told_columns = zip(*about, strict=True) if about else iter([()] * len(chunk.lines))
        for index, (
            line, source, order_id, when, customer_id, customer_name, status, kind, currency,
            total, owner, region, country, product, name, category, number, quantity, price,
            amount, discount, cost, extra, told, mark, said_line, said_order, said_state,
        ) in enumerate(zip(
            chunk.lines, get("row.source"), get("order.id"), get("order.date"),
            get("customer.id"), get("customer.name"), get("order.status"), get("order.kind"),
            get("order.currency"), get("order.total"), self._owner(chunk), get("customer.region"),
            get("customer.country"), get("line.product_id"), get("line.product_name"),
            get("line.category"), get("line.number"), get("line.quantity"),
            get("line.unit_price"), get("line.amount"), get("line.discount"), get("line.cost"),
            chunk.extras, told_columns, get("row.import"), get("row.line_kind"),
            get("row.order_kind"), get("row.order_state"), strict=True,
        )):  # fmt: skip
            source = source or self.rules.source
            day, time = when or (None, None)
            has_line = bool(
                product or name or category
                or quantity is not None or price is not None or amount is not None
            )  # fmt: skip
            line_kind = said_line or self._line_kind(order_id, status, kind)
            if has_line:
                if cost is not None and quantity is not None and self.rules.cost_is_per_unit:
                    cost = _divide(cost * quantity, QUANTITY_SCALE)
                amount = self._amount(amount, quantity, price, discount)
                discount = self._discount_money(discount, quantity, price, amount)
                if not said_line:
                    quantity, amount, line_kind = _signed(quantity, amount, line_kind)
                if max(abs(amount or 0), abs(discount or 0)) > MAX_MONEY:
                    converter.reject(line, "line.unit_price", chunk.rows[index], *_TOO_MUCH)
                    continue
                item = self._item(source, product or "", name or "", category or "")
                values = () if self._cells else (quantity, price, amount, discount, cost)
                digest = self._digest(item, *values)
            else:
                item, digest = None, None
            customer = _customer(source, customer_id, customer_name)
            self.nameless += customer is None
            key = order_id or self._made_up_key(
                customer, day, digest, (source, customer, day, time, total, status, owner, extra)
            )
            order_key = (source, key)
            order_says = (
                customer, day, time, status, currency, total, owner, region, country, told,
                None if has_line else (kind, extra), said_order, said_state,
            )  # fmt: skip
            order = self._orders.get(order_key)
            if order is None:
                order = StagedOrder(line, source, key)
                self._orders[order_key] = order
                self.file.orders.append(order)
            if self._told.get(order_key) != order_says:
                contradiction = self._contradiction(order, customer, currency, total)
                if contradiction is not None:
                    name, reason = contradiction
                    converter.reject(line, name, chunk.rows[index], reason, _MEND, is_conflict=True)
                    continue
                self._told[order_key] = order_says
                self._merge(order, order_says, line_kind)
            (self._void if line_kind == "void" else self._counted).add(order_key)
            if not mark:
                self._whole.add(order_key)
            if not has_line:
                yield (line, order.line, None, None, 0, None, None, None, None, None, None, None)
                continue
            numbered = self._numbered and number is not None
            key = number // QUANTITY_SCALE if numbered else digest
            yield (
                line, order.line, item, key, int(numbered), line_kind, quantity, price, amount,
                discount, cost, extra,
            )  # fmt: skip

    @property
    def names_customers(self) -> bool:
        """Tell whether the file has a column for the customer."""
        return bool(self.fields & {"customer.id", "customer.name"})

    def finish(self) -> OrderFile:
        """Return all orders and items of the file."""
        for key, order in self._orders.items():
            if key not in self._whole:
                self.file.parts.add(order.line)
            if "row.order_state" in self.fields:
                continue
            if key in self._void and key not in self._counted:
                order.state = "void"
            elif "order.status" in self.fields or "order.kind" in self.fields:
                order.state = "counted"
        self.file.items = list(self._items)
        return self.file

    def _owner(self, chunk: Converted) -> list[Any]:
        # in a file of orders the salesperson is the order's, and stays so after a transfer
        own = "order.owner" if "order.owner" in self.fields else "customer.owner"
        return chunk.column(own)

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

    def _amount(
        self, amount: int | None, quantity: int | None, price: int | None, discount: int | None
    ) -> int | None:
        if amount is not None or quantity is None or price is None:
            return amount
        gross = _divide(quantity * price, QUANTITY_SCALE)
        if discount is None:
            return gross
        if self.rules.discount_is_rate:
            # one rounding, at the very end: price × quantity × (1 − rate)
            return _divide(
                quantity * price * (QUANTITY_SCALE - discount), QUANTITY_SCALE * QUANTITY_SCALE
            )
        return gross - discount if gross >= 0 else gross + discount

    def _discount_money(
        self, discount: int | None, quantity: int | None, price: int | None, amount: int | None
    ) -> int | None:
        """Return the discount as money, also where the file gives a rate."""
        if discount is None or not self.rules.discount_is_rate:
            return discount
        if quantity is not None and price is not None:
            return _divide(quantity * price * discount, QUANTITY_SCALE * QUANTITY_SCALE)
        if amount is None or discount >= QUANTITY_SCALE:
            return None
        # only the price after the discount is known: list price = amount / (1 − rate)
        return _divide(amount * discount, QUANTITY_SCALE - discount)

    def _item(self, source: str, product: str, name: str, category: str) -> int:
        item = (source, product, name, category)
        index = self._items.get(item)
        if index is None:
            index = len(self._items)
            self._items[item] = index
            self._item_digests.append("\x1f".join(item[1:]).encode())
        return index

    def _digest(self, item: int, *values: int | None) -> int:
        """Return 63 bits that identify the line's values, equal for equal values in any file."""
        text = b"%b\x1f%b" % (self._item_digests[item], repr(values).encode())
        return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") >> 1

    def _made_up_key(
        self, customer: tuple[str, str, str] | None, day: str | None, digest: int | None,
        whole: tuple[Any, ...],
    ) -> str:  # fmt: skip
        """Return the key of an order whose file has no order ids; it begins with ``~``.

        Lines of one customer on one day are one order; a row that only describes an order is an
        order of its own, as is a line without a customer.
        """
        if digest is not None and customer is not None:
            return f"~{customer[1]}:{customer[2]}|{day}"
        if digest is not None:
            return f"~?|{day}|{digest:x}"
        text = repr(whole)
        mark = blake2b(text.encode(), digest_size=8).hexdigest()
        nth = self._seen.get(mark, 0) + 1
        self._seen[mark] = nth
        return f"~#{mark}.{nth}"

    def _contradiction(
        self, order: StagedOrder, customer: tuple[str, str, str] | None, currency: str | None,
        total: int | None,
    ) -> tuple[str, Msg] | None:  # fmt: skip
        """Return the field in which a row contradicts its order, and how."""
        if customer is not None and order.customer not in (None, customer):
            name = "customer.id" if customer[1] == "id" else "customer.name"
            return name, msg(
                "order {order} names another customer in line {line}",
                order=order.order_key, line=order.line,
            )  # fmt: skip
        currency = currency or self.rules.currency
        if currency and order.currency not in (None, currency):
            return "order.currency", msg(
                "order {order} has another currency in line {line}",
                order=order.order_key, line=order.line,
            )  # fmt: skip
        if total is not None and order.total not in (None, total):
            return "order.total", msg(
                "order {order} has another total in line {line}",
                order=order.order_key, line=order.line,
            )  # fmt: skip
        return None

    def _merge(self, order: StagedOrder, says: tuple[Any, ...], line_kind: str) -> None:
        (
            customer, day, time, status, currency, total, owner, region, country, told, head,
            said_order, said_state,
        ) = says  # fmt: skip
        order.kind = said_order or order.kind
        order.state = said_state or order.state
        order.customer = order.customer or customer
        moment = (day or "", time or "")
        if day is not None and (order.date is None or moment < (order.date, order.time or "")):
            order.date, order.time = day, time or None
        order.currency = order.currency or currency or self.rules.currency
        if total is not None:
            order.total = total
        # where rows of one order disagree, the greatest text wins: any rule that ignores row order
        order.status = _greater(order.status, status)
        order.owner = _greater(order.owner, owner)
        order.region = _greater(order.region, region)
        order.country = _greater(order.country, country)
        if any(told):
            order.about_customer = _greater(order.about_customer, self._about_json(told))
        if head is not None and not said_order:
            order.kind = "return" if line_kind == "return" else "sale" if head[0] else order.kind
        if head is not None:
            order.extra = _greater(order.extra, head[1])

    def _about_json(self, told: tuple[Any, ...]) -> str:
        about = {key: value for (_, key), value in zip(self._about, told, strict=True) if value}
        return json.dumps(about, ensure_ascii=False, sort_keys=True)


def _customer(
    source: str, customer_id: str | None, name: str | None
) -> tuple[str, str, str] | None:
    if customer_id:
        return (source, "id", customer_id)
    if name:
        return (source, "name", exact_name(name))
    return None


def _signed(
    quantity: int | None, amount: int | None, kind: str
) -> tuple[int | None, int | None, str]:
    """Return quantity and amount with the sign of a return, and the kind that the signs tell."""
    if kind == "return":
        if amount is not None and amount > 0:
            amount = -amount
        if quantity is not None and quantity > 0:
            quantity = -quantity
    elif kind == "sale" and (
        (amount is not None and amount < 0)
        or (not amount and quantity is not None and quantity < 0)
    ):
        kind = "return"
    return quantity, amount, kind


def _divide(numerator: int, denominator: int) -> int:
    """Divide half-up, away from zero: 0.5 and −0.5 become 1 and −1."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def _greater(one: str | None, other: str | None) -> str | None:
    if not other:
        return one
    return other if one is None or other > one else one
