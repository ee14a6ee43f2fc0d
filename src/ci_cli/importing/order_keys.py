"""What identifies the things that an order file speaks of: products, customers, orders, lines.

Products and customers get numbers under which they are staged. What is remembered of them is
bounded, so that a file of any size is read in the same memory; after forgetting, one may get a
second number, which costs a row in a staging table and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import repeat
from operator import attrgetter, eq
from typing import Any, Generic, NamedTuple, TypeVar

from ci_cli.models.names import exact_name

REMEMBERED = 100_000  # distinct products, and as many customers
_TEXTS = attrgetter("texts")

Named = TypeVar("Named", bound=tuple[str, ...])
Item = tuple[str, str, str, str]  # source, code, name, category; "" where the file says nothing
Customer = tuple[str, str, str]  # source, "id" or "name", that id or name


@dataclass
class Numbered(Generic[Named]):
    """Gives numbers to things.

    ``fresh`` holds those that were numbered since it was last emptied, for the staging table.
    """

    fresh: list[tuple[int, Named]] = field(default_factory=list)
    _numbers: dict[Named, int] = field(default_factory=dict)
    _last: int = 0

    def __call__(self, thing: Named) -> int:
        """Return the number of a thing."""
        number = self._numbers.get(thing)
        if number is None:
            if len(self._numbers) >= REMEMBERED:
                self._numbers.clear()
            self._last = number = self._last + 1
            self._numbers[thing] = number
            self.fresh.append((number, thing))
        return number

    @property
    def last(self) -> int:
        """Return the last number that was given."""
        return self._last

    def take_fresh(self) -> list[tuple[int, Named]]:
        """Return what was numbered since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh


class Product(NamedTuple):
    """A product as lines refer to it."""

    number: int
    digest: bytes  # its part of the digests of lines
    is_named: bool
    texts: tuple[str, ...]  # of the cells that name it


class Products:
    """The products of one file, by the texts of the cells that name them."""

    def __init__(self) -> None:
        self._numbered: Numbered[Item] = Numbered()
        self._known: dict[tuple[str, ...], Product] = {}
        self._usual: dict[str, Product] = {}  # by the text of the first of these cells

    def usual(self, columns: Sequence[Sequence[str]]) -> list[Product] | None:
        """Return the product of each row where every code has the name that it mostly has.

        To compare texts with known ones is cheaper than to look several texts up together.

        Args:
            columns: texts of the cells, column by column.

        Returns:
            None where some row names an unknown product, or a known one in other words.
        """
        if not columns:
            return None
        found = list(map(self._usual.get, columns[0]))
        if None in found:
            return None
        texts = zip(*map(_TEXTS, found), strict=True)
        if not all(map(eq, texts, map(tuple, columns))):
            return None
        return found  # type: ignore[return-value]

    def get(self, rows: list[tuple[str, ...]]) -> list[Product] | None:
        """Return the product of each row, None where any is unknown."""
        found = list(map(self._known.get, rows))
        return None if None in found else found  # type: ignore[return-value]

    def unknown(self, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return what :meth:`add` has to be told before all of these rows are known."""
        if len(self._known) >= REMEMBERED:
            self._forget()
        return [texts for texts in dict.fromkeys(rows) if texts not in self._known]

    def add(self, items: Mapping[tuple[str, ...], Item]) -> None:
        """Take in what the texts of some rows mean."""
        for texts, item in items.items():
            digest = "\x1f".join(item[1:]).encode()
            product = Product(self._numbered(item), digest, any(item[1:]), texts)
            self._known[texts] = product
            if texts:
                self._usual.setdefault(texts[0], product)

    def take_fresh(self) -> list[tuple[int, Item]]:
        """Return the products that came up since the last call."""
        return self._numbered.take_fresh()

    def take_back(self) -> None:
        """Forget the products that came up since then: their rows may be rejected."""
        self._numbered = Numbered(_last=self._numbered.last)
        self._forget()

    def _forget(self) -> None:
        self._known.clear()
        self._usual.clear()


def customer_of(source: str, customer_id: str | None, name: str | None) -> Customer | None:
    """Return what a customer is known by: its id, else its exact name."""
    if customer_id:
        return (source, "id", customer_id)
    if name:
        return (source, "name", exact_name(name))
    return None


def line_digests(items: Iterable[bytes], *numbers: Sequence[int | None]) -> list[int]:
    """Return 63 bits for each line that identify its values, equal for equal values in any file.

    Args:
        items: the digest part of each line's product.
        numbers: quantity, price, amount, discount and cost; none where lines are known by their
            products alone.
    """
    said = zip(*numbers, strict=True) if numbers else repeat(())
    return [
        int.from_bytes(
            blake2b(b"%b\x1f%b" % (item, repr(values).encode()), digest_size=8).digest(), "big"
        ) >> 1
        for item, values in zip(items, said, strict=False)
    ]  # fmt: skip


@dataclass
class MadeUpKeys:
    """Makes keys for orders whose file has no order ids; they begin with ``~``."""

    # how often each description came: of a file that describes orders without numbering them
    _seen: dict[str, int] = field(default_factory=dict)

    def key(
        self, customer: Customer | None, day: str | None, digest: int | None,
        whole: tuple[Any, ...],
    ) -> str:  # fmt: skip
        """Return the key of the order that a row belongs to.

        Lines of one customer on one day are one order; a row that only describes an order is an
        order of its own, as is a line without a customer.

        Args:
            customer: of the order, if the row names one.
            day: of the order.
            digest: of the line, None for a row that only describes an order.
            whole: all that such a row says.
        """
        if digest is not None and customer is not None:
            return f"~{customer[1]}:{customer[2]}|{day}"
        if digest is not None:
            return f"~?|{day}|{digest:x}"
        mark = blake2b(repr(whole).encode(), digest_size=8).hexdigest()
        nth = self._seen.get(mark, 0) + 1
        self._seen[mark] = nth
        return f"~#{mark}.{nth}"
