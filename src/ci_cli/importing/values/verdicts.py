"""Words and codes that say what a row is: a sale, a return, a quote, or nothing that counts.

The words stand in ``data/header_synonyms.yaml`` under ``verdicts``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import compress
from operator import not_, or_
from typing import Literal

from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze
from ci_cli.importing.values.datetext import looks_like_date

OrderKind = Literal["sale", "return", "quote"]
OrderState = Literal["counted", "void", "return"]

_PREFIXED = re.compile(r"^([A-Za-z]{1,3})[-_]?(\d+)$")
_RETURN_FLAGS = ("退", "红", "冲", "负", "return", "refund", "credit")
_VOID_FLAGS = ("取消", "作废", "删除", "关闭", "cancel", "void", "delete")
_BRACKETED = re.compile(r"\s*[(（\[【]([^)）\]】]+)[)）\]】]")
_DIGITS = re.compile(r"^\d+$")


@cache
def classify_kind(text: str) -> OrderKind | None:
    """Return what a document type means: ``销售退货单`` is a return, ``Quotation`` a quote.

    None: unknown; the caller counts the row as a sale and says so. The longest known word inside
    the text decides, so ``销售退货`` is a return although it names a sale.
    """
    found = _verdict(text, "kind")
    return found if found in ("sale", "return", "quote") else None  # type: ignore[return-value]


@cache
def classify_status(text: str) -> OrderState | None:
    """Return whether an order of this status counts.

    ``void``: cancelled, draft, unpaid, refused or wholly refunded: no revenue, no purchase.
    ``return``: the row itself is a return document. None: unknown; counted, and the caller says so.
    """
    found = _verdict(text, "status")
    return found if found in ("counted", "void", "return") else None  # type: ignore[return-value]


def kind_reader(header: str) -> Callable[[str], OrderKind | None]:
    """Return the classifier for a column of document types under this header.

    Beside the words of :func:`classify_kind` it reads flags: 是否退货 = 是 is a return,
    是否正数发票 = 否 as well.
    """
    key = squeeze(header)
    positive = any(word in key for word in ("正数", "蓝字"))
    flags = positive or any(word in key for word in _RETURN_FLAGS)
    on: OrderKind = "sale" if positive else "return"
    off: OrderKind = "return" if positive else "sale"

    @cache
    def read(text: str) -> OrderKind | None:
        answer = _yes_or_no(text) if flags else None
        if answer is None:
            return classify_kind(text)
        return on if answer else off

    return read


def status_reader(header: str) -> Callable[[str], OrderState | None]:
    """Return the classifier for a status column under this header.

    Beside the words of :func:`classify_status` it reads flags and stamps: 是否作废 = 是 and a date
    under Cancelled at are both void.
    """
    flags = any(word in squeeze(header) for word in _VOID_FLAGS)

    @cache
    def read(text: str) -> OrderState | None:
        if flags:
            answer = _yes_or_no(text)
            if answer is not None:
                return "void" if answer else "counted"
            if looks_like_date(text):
                return "void"
        return classify_status(text)

    return read


def _yes_or_no(text: str) -> bool | None:
    key = text.strip().casefold()
    table = load_synonyms().verdicts
    if key in table["yes"]:
        return True
    return False if key in table["no"] else None


class CancelMarks:
    """Which letters before order ids may mark cancellations, collected row by row.

    Rows that cannot be negative, however their numbers are read, are not kept.
    """

    def __init__(self) -> None:
        self._plain = 0  # ids that do not begin with a letter
        self._positive: set[str] = set()  # letters of rows that are not negative
        self._doubtful: Counter[tuple[str, str, str]] = Counter()  # letters, quantity, amount

    def add(self, ids: Sequence[str], units: Sequence[str], money: Sequence[str]) -> None:
        """Add rows, column by column: order ids, texts of quantities and of amounts."""
        distinct = set(ids)
        marks = {text: _mark_of(text) for text in distinct if text[:1].isalpha()}
        if len(marks) < len(distinct):
            self._plain += len(ids) - sum(map(marks.__contains__, ids))
        if not marks:
            return
        if _bare(units) and _bare(money):
            self._positive.update(filter(None, marks.values()))
            return
        found = list(map(marks.get, ids))
        odd = {text for text in {*units, *money} if not _bare(text)}.__contains__
        doubtful = list(map(or_, map(odd, units), map(odd, money)))
        rows = compress(zip(found, units, money, strict=True), doubtful)
        self._doubtful.update(row for row in rows if row[0] is not None)  # type: ignore[misc]
        self._positive.update(filter(None, compress(found, map(not_, doubtful))))

    def detect(
        self, quantity: Callable[[str], int | None], amount: Callable[[str], int | None]
    ) -> str | None:
        """Return the letters; see :func:`detect_cancel_prefix`.

        Args:
            quantity: reads a quantity, in any unit; None where it cannot be read.
            amount: likewise.
        """
        rows: list[tuple[str, int | None, int | None]] = [
            (f"{mark}0", None, None) for mark in self._positive
        ]
        for (mark, units, money), count in self._doubtful.items():
            rows += [(f"{mark}0", quantity(units), amount(money))] * count
        # more plain ids than doubtful rows decide nothing further
        rows += [("0", None, None)] * min(self._plain, len(rows) + 1)
        return detect_cancel_prefix(rows)


def _mark_of(order_id: str) -> str | None:
    found = _PREFIXED.match(order_id)
    return found[1] if found else None


def _bare(texts: Iterable[str]) -> bool:
    """Tell whether the texts hold nothing but digits and points: none of them is negative."""
    together = "".join(texts).replace(".", "")
    return not together or (together.isascii() and together.isdigit())


def detect_cancel_prefix(rows: Iterable[tuple[str, int | None, int | None]]) -> str | None:
    """Return the letters that mark cancelling documents among numbered ones: ``C`` of ``C536379``.

    Only if most ids are digits and every row whose id carries the letters has a negative quantity
    or amount.

    Args:
        rows: (order id, quantity, amount) of each row, in any unit.
    """
    plain = 0
    negative: dict[str, int] = defaultdict(int)
    positive: set[str] = set()
    for order_id, quantity, amount in rows:
        if _DIGITS.match(order_id):
            plain += 1
            continue
        found = _PREFIXED.match(order_id)
        if found is None:
            continue
        if (quantity or 0) < 0 or (amount or 0) < 0:
            negative[found[1]] += 1
        else:
            positive.add(found[1])
    marks = sorted((-count, mark) for mark, count in negative.items() if mark not in positive)
    if not marks or plain <= sum(negative.values()):
        return None
    return marks[0][1]


def _verdict(text: str, column: str) -> str | None:
    """Return the verdict of the longest known word in ``text``; whole texts win.

    A word in brackets before a status takes it back: (删除)等待出库, as shops export it.
    """
    words = _words(column)
    taken_back = _BRACKETED.match(text)
    if taken_back is not None and words.get(squeeze(taken_back[1])) == "void":
        return "void"
    key = squeeze(text)
    if key in words:
        return words[key]
    best = max(
        (word for word in words if len(word) >= 2 and _inside(word, key)), key=len, default=None
    )
    return words[best] if best else None


def _inside(word: str, key: str) -> bool:
    """Return whether ``word`` is part of ``key``; short Latin words must be all of it."""
    return word in key and (not word.isascii() or len(word) >= 5)


@cache
def _words(column: str) -> dict[str, str]:
    table = load_synonyms().verdicts[column]
    return {squeeze(word): verdict for verdict, words in table.items() for word in words}
