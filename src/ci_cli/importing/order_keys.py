"""What identifies the things that an order file speaks of: products, customers, orders, lines.

Products and customers get numbers under which they are staged. What is remembered of them is
bounded, so that a file of any size is read in the same memory; after forgetting, one may get a
second number, which costs a row in a staging table and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from ci_cli.models.names import exact_name

REMEMBERED = 100_000  # distinct products, and as many customers

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

    def take_fresh(self) -> list[tuple[int, Named]]:
        """Return what was numbered since the last call."""
        fresh, self.fresh = self.fresh, []
        return fresh


@dataclass
class Products:
    """The products of one file, by the texts that name them."""

    read: Callable[[tuple[str, ...]], Item]
    numbered: Numbered[Item] = field(default_factory=Numbered)
    _known: dict[tuple[str, ...], tuple[int, bytes, bool]] = field(default_factory=dict)

    def of(self, texts: list[tuple[str, ...]]) -> tuple[list[int], list[bytes], list[bool]]:
        """Return for each row the number of its product, its part of digests, if it has a name."""
        if not texts:
            return [], [], []
        if not self._known.keys() >= set(texts):
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            for text in dict.fromkeys(texts):
                if text not in self._known:
                    item = self.read(text)
                    self._known[text] = (
                        self.numbered(item), "\x1f".join(item[1:]).encode(), any(item[1:])
                    )  # fmt: skip
        numbers, parts, named = zip(*map(self._known.__getitem__, texts), strict=True)
        return list(numbers), list(parts), list(named)


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
        numbers: quantity, price, amount, discount and cost.
    """
    return [
        int.from_bytes(
            blake2b(b"%b\x1f%b" % (item, repr(values).encode()), digest_size=8).digest(), "big"
        ) >> 1
        for item, values in zip(items, zip(*numbers, strict=True), strict=True)
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
