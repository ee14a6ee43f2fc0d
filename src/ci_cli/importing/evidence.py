"""The texts by which it is decided how the columns of a table are read.

Either all rows are looked at before any is read (:func:`look_at_all`); or the decisions are made
from a sample, the rows are read, and what was read is held against those decisions at the end
(:class:`Watch`): for a large file that saves one of two passes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ci_cli.importing.layout.lost_zeros import DigitCodes
from ci_cli.importing.values.cells import NULL_LITERALS, Memo
from ci_cli.importing.values.nulls import NullEvidence, NullRule
from ci_cli.importing.values.verdicts import CancelMarks
from ci_cli.importing.values.witnesses import code_witnesses, date_witnesses, number_witnesses
from ci_cli.readers.base import Chunk

DATES = frozenset(
    {"order.date", "customer.since", "interaction.date", "interaction.due", "interaction.closed",
     "contract.signed", "contract.start", "contract.end", "deal.opened", "deal.expected",
     "deal.closed", "feedback.date", "attitude.date", "roi.date"}
)  # fmt: skip
TIMED = frozenset({"order.date", "interaction.date"})  # dates whose time of day counts
MONEY = frozenset(
    {"line.unit_price", "line.amount", "line.cost", "order.total", "contract.value", "deal.value"}
)
QUANTITIES = frozenset({"line.quantity", "line.number", "usage.value", "roi.before", "roi.after"})
DISCOUNT = "line.discount"
CODES = frozenset(
    {"customer.id", "order.id", "line.product_id", "category.id", "product.category_id",
     "customer.tax_id", "customer.postcode", "interaction.id", "contract.id", "deal.id",
     "feedback.id", "attitude.id", "roi.id"}
)  # fmt: skip


@dataclass
class Evidence:
    """What the values of a table show.

    Attributes:
        texts: field -> distinct texts of its column, or as many as decide like all of them.
        rows: how many rows there are.
        nulls: which texts are a database's word for nothing.
        marks: what the order ids say of cancellations.
        codes: field -> what its column of codes says of zeros that were lost.
    """

    texts: dict[str, set[str]]
    rows: int = 0
    nulls: NullRule = field(default_factory=NullRule)
    marks: CancelMarks = field(default_factory=CancelMarks)
    codes: dict[str, DigitCodes] = field(default_factory=dict)


def look_at_all(
    read: Callable[[], Iterable[Chunk]], width: int, fields: dict[str, int]
) -> Evidence:
    """Read all rows and keep the distinct texts of dates, numbers and codes.

    They are read twice where a single column holds a database's word for nothing: whether it means
    that depends on all other texts of the column, those of earlier rows included.
    """
    wanted = {name: at for name, at in fields.items() if needs_deciding(name)}
    seen = Evidence({name: set() for name in wanted})
    nulls = NullEvidence()
    for chunk in read():
        seen.rows += len(chunk.rows)
        columns = _columns(chunk, width)
        if not columns:
            continue
        for name, position in wanted.items():
            seen.texts[name].update(columns[position])
        nulls.look(columns)
        _collect_marks(seen.marks, columns, fields)
    if doubtful := nulls.doubtful:
        for chunk in read():
            if columns := _columns(chunk, width):
                for place in doubtful:
                    nulls.judge(place, columns[place])
    seen.nulls = nulls.rule()
    for texts in seen.texts.values():
        texts.difference_update(seen.nulls.literals)
    seen.codes = {name: DigitCodes(seen.texts[name]) for name in wanted if name in CODES}
    return seen


def _columns(chunk: Chunk, width: int) -> list[tuple[str, ...]]:
    """Return the columns of the rows that have the right width; none where no row has."""
    rows = chunk.rows
    if set(map(len, rows)) != {width}:
        rows = [row for row in rows if len(row) == width]
    return list(zip(*rows, strict=True))


class Watch:
    """Looks on while rows are read as a sample suggested, to tell whether all rows bear it out.

    What the converters of the columns remember are the texts of the whole file; before they forget
    them, few that decide as all would are kept.

    Attributes:
        is_plain: False as soon as something came up that only all rows together can decide.
    """

    def __init__(self, fields: dict[str, int]) -> None:
        self.is_plain = True
        self._fields = fields
        self._memos: dict[str, Memo[Any]] = {}
        self._kept: dict[str, set[str]] = {name: set() for name in fields}
        self._codes = {name: DigitCodes() for name in fields if name in CODES}
        self._marks = CancelMarks()
        self._rows = 0

    def memo(self, name: str, convert: Callable[[str], Any]) -> Memo[Any]:
        """Return a converter of the column that holds a field, whose texts are watched."""
        memo = Memo(convert, before_forgetting=partial(self._keep, name))
        self._memos[name] = memo
        return memo

    def rows(self, cells: Sequence[Sequence[str]], unread: Iterable[int]) -> None:
        """Look at rows, column by column.

        Args:
            cells: all columns.
            unread: places of the columns that no converter reads.
        """
        self._rows += len(cells[0])
        for place in unread:
            self.is_plain &= not any(literal in cells[place] for literal in NULL_LITERALS)
        if self.is_plain:
            _collect_marks(self._marks, cells, self._fields)

    def left_out(self, row: Sequence[str], unread: Iterable[int]) -> None:
        """Look at a row that is no data but as wide as the header."""
        self.rows([(cell,) for cell in row], unread)
        for name, memo in self._memos.items():
            memo[row[self._fields[name]]]

    def evidence(self) -> Evidence | None:
        """Return what the rows showed, None where only all of them together can decide."""
        for name, memo in self._memos.items():
            self._keep(name, memo)
        if not self.is_plain:
            return None
        texts = {name: kept for name, kept in self._kept.items() if needs_deciding(name)}
        return Evidence(texts, self._rows, marks=self._marks, codes=self._codes)

    def _keep(self, name: str, texts: Collection[str]) -> None:
        if any(literal in texts for literal in NULL_LITERALS):
            self.is_plain = False
        if not self.is_plain or not needs_deciding(name):
            return
        if name in self._codes:
            self._codes[name].add(texts)
        kept = witnesses_of(name)({*self._kept[name], *texts})
        if kept is None:
            self.is_plain = False
        else:
            self._kept[name] = kept


def needs_deciding(name: str) -> bool:
    """Tell whether it has to be decided how the values of a field are read."""
    return name in DATES | MONEY | QUANTITIES | CODES or name == DISCOUNT


def witnesses_of(name: str) -> Callable[[Iterable[str]], set[str] | None]:
    """Return what picks the few texts of a field that decide as all of them would."""
    if name in DATES:
        return date_witnesses
    return code_witnesses if name in CODES else number_witnesses


def _collect_marks(
    marks: CancelMarks, cells: Sequence[Sequence[str]], fields: dict[str, int]
) -> None:
    if "order.id" not in fields:
        return
    blanks = ("",) * len(cells[0])
    units, money = (
        cells[fields[name]] if name in fields else blanks
        for name in ("line.quantity", "line.amount")
    )
    marks.add(cells[fields["order.id"]], units, money)
