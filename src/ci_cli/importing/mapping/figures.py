"""The numbers of a sheet's columns, read once, so that arithmetic can bear witness.

Floats, because only whether one number is the product or the sum of others is looked at; what is
stored is read elsewhere and exactly. Every answer is the same for every order of the rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isfinite

from ci_cli.importing.values.amounts import read_number
from ci_cli.importing.values.cells import ValueReject

LIMIT = 240  # rows that products are checked on, spread evenly over the sorted rows
ABSOLUTE, RELATIVE = 0.02, 0.001  # currency units, or one in a thousand, whichever is more
SHARE = 0.9  # of the rows that can be checked must agree

_DECIMAL_COMMA = re.compile(r"\d,\d{1,2}(?!\d)")
_DECIMAL_POINT = re.compile(r"\d\.\d{1,2}(?!\d)")


class Figures:
    """The numbers of one column, row by row; None where a cell holds none."""

    def __init__(self, values: Sequence[str], scale: float = 1.0) -> None:
        self.values = values
        self.scale = scale

    @cached_property
    def rows(self) -> list[float | None]:
        """Return the number of every row."""
        texts = set(self.values)
        comma = any(map(_DECIMAL_COMMA.search, texts)) and not any(
            map(_DECIMAL_POINT.search, texts)
        )
        sizes = {text: _size(text, comma=comma, scale=self.scale) for text in texts}
        return [sizes[text] for text in self.values]

    @cached_property
    def varies(self) -> bool:
        """Return whether there are two different numbers, neither of them nothing."""
        return len({abs(size) for size in self.rows if size}) > 1

    @cached_property
    def whole(self) -> bool:
        """Return whether all numbers are whole."""
        return all(size == int(size) for size in self.rows if size is not None)


def _size(text: str, *, comma: bool, scale: float) -> float | None:
    plain = text.strip()
    try:
        if not comma and plain[:1].isdigit():
            size = float(plain.replace(",", "")) * scale
            return size if isfinite(size) else None
    except ValueError:
        pass
    return _slow(plain, comma=comma, scale=scale)


def _slow(text: str, *, comma: bool, scale: float) -> float | None:
    try:
        written = read_number(text)
    except ValueReject:
        return None
    if written is None:
        return None
    digits = re.sub(r"[ '’]", "", written.digits)
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        size = float(digits) * 10.0**written.exponent * written.factor * scale
    except (ValueError, OverflowError):
        return None
    if not isfinite(size):
        return None
    return -size if written.negative else size


def spread_rows(columns: Sequence[Sequence[str]]) -> list[int]:
    """Return the rows to check: all, or ``LIMIT`` of them whatever their order in the file."""
    count = len(columns[0]) if columns else 0
    if count <= LIMIT:
        return list(range(count))
    ordered = sorted(range(count), key=lambda row: [column[row] for column in columns])
    return ordered[:: count // LIMIT + 1]


def close(one: float, other: float) -> bool:
    """Return whether two amounts agree but for rounding; signs of returns do not matter."""
    return abs(abs(one) - abs(other)) <= max(ABSOLUTE, RELATIVE * abs(other))


def agree(pairs: Iterable[tuple[float, float]]) -> bool:
    """Return whether nearly all pairs agree; none: no."""
    checked = hits = 0
    for one, other in pairs:
        checked += 1
        hits += close(one, other)
        if checked - hits > 2 and checked - hits > (1 - SHARE) * LIMIT:
            return False
    return checked > 0 and hits >= SHARE * checked


def is_product(
    one: Figures, other: Figures, result: Figures, rows: Sequence[int], *, strict: bool = True
) -> bool | None:
    """Return whether ``one × other = result`` in nearly all rows; None: no row tells.

    Args:
        one: a factor.
        other: the other factor.
        result: what the product is compared with.
        rows: the rows to look at.
        strict: a row must tell more than 1 × x = x, and there must be two; else one row that fits
            is enough.
    """
    checked = hits = telling = 0
    a, b, c = one.rows, other.rows, result.rows
    for row in rows:
        x, y, z = a[row], b[row], c[row]
        if x is None or y is None or z is None or not x or (strict and not y and not z):
            continue
        checked += 1
        product = x * y
        if close(z, product):
            hits += 1
            telling += abs(x) != 1 and abs(y) != 1
        elif checked - hits > max(1, len(rows) // 10):
            return False
    if strict:
        return telling >= 1 and hits >= SHARE * checked if checked > 1 else None
    if checked < 2 and not (checked == 1 and hits == 1):
        return None
    return hits >= SHARE * checked


def telling(one: Figures, other: Figures, rows: Sequence[int]) -> int:
    """Return in how many rows a product tells more than 1 × x = x."""
    trivial = (None, 0.0, 1.0, -1.0)
    return sum(one.rows[row] not in trivial and other.rows[row] not in trivial for row in rows)


def per_group(keys: Sequence[str], *columns: Figures) -> dict[str, list[tuple[float, ...]]]:
    """Return the complete rows of several columns by a key: by product, by order."""
    groups: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for row, key in enumerate(keys):
        sizes = [column.rows[row] for column in columns]
        if key.strip() and None not in sizes:
            groups[key.strip()].append(tuple(size for size in sizes if size is not None))
    return groups
