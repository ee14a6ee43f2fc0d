"""What every report returns and every output writes.

A report holds raw typed values; how they look (thousands separators, two decimals, a spark line,
a translated label) is decided in ``output``. Kinds of column and the value that a cell holds
(``None`` is an empty cell in all of them):

=========  =====================================================================
text       ``str`` from a file (hostile: shown, never obeyed), or a ``Msg`` of ours
state      ``str`` key such as ``dormant``; never translated
id         ``str`` code; never a number, even when it looks like one
date       ``str`` ISO day ``2011-12-09``
month      ``str`` ``2011-12``
int        ``int`` count
days       ``int`` or ``float`` number of days
money      ``int`` ten-thousandths of the unit named in ``Column.unit``
quantity   ``int`` millionths
percent    ``float`` fraction: 0.125 is shown as 12.5 %
number     ``float``
spark      ``tuple[int | float | None, ...]`` oldest first; a list in json, left out of csv and xlsx
=========  =====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ci_cli.text import Msg

MONEY_SCALE = 10_000  # one currency unit in stored units
QUANTITY_SCALE = 1_000_000

Kind = Literal[
    "text", "state", "id", "date", "month", "int", "days", "money", "quantity", "percent",
    "number", "spark",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: ``key`` is stable for machines, ``label`` is for people."""

    key: str
    label: Msg | str
    kind: Kind = "text"
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of raw values, each as long as ``columns``; ``total`` is a closing row shown apart.

    Long tables are best made as ``Columnar(tuple, columns of values)``: outputs go by column.
    ``is_card`` says that the one row is a thing with many properties, better read line by line.
    """

    key: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Any, ...]]
    title: Msg | None = None
    total: tuple[Any, ...] | None = None
    is_card: bool = False


@dataclass(frozen=True)
class Note:
    """A sentence beside the figures: a definition, a count left out, a warning."""

    text: Msg
    level: Literal["info", "warning"] = "info"


@dataclass(frozen=True)
class Chart:
    """A series by month beside the level that was expected; amounts are in units, not raw.

    ``since`` is the month from which on the two part, ``remark`` what to say of it.
    """

    key: str
    title: Msg
    unit: str | None
    months: tuple[str, ...]  # oldest first
    actual: tuple[float, ...]
    expected: tuple[float, ...]
    since: str | None = None
    remark: Msg | None = None


@dataclass(frozen=True)
class Report:
    """What an analysis says. The first table is the main one: ``rows`` in json, the file in csv.

    ``meta`` is for machines (as-of, window, currency, parameters); keys are never translated and
    values are plain json values.
    """

    key: str
    title: Msg
    tables: list[Table]
    meta: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)


@dataclass(frozen=True)
class Money:
    """An amount inside a sentence: ``str()`` gives ``12,345.67 GBP``, the same in every language.

    ``value`` is in ten-thousandths and is rounded half up (away from zero) to hundredths.
    """

    value: int
    unit: str | None = None

    def __str__(self) -> str:
        hundredths = (abs(self.value) + 50) // 100
        sign = "-" if self.value < 0 and hundredths else ""
        amount = f"{sign}{hundredths // 100:,}.{hundredths % 100:02d}"
        return f"{amount} {self.unit}" if self.unit else amount


@dataclass(frozen=True)
class Percent:
    """A fraction inside a sentence: ``str()`` of 0.125 gives ``12.5 %``."""

    fraction: float
    digits: int = 1

    def __str__(self) -> str:
        rounded = round(self.fraction * 100, self.digits) + 0.0  # never -0.0
        return f"{rounded:,.{self.digits}f} %"


def amounts_text(sums: dict[str, int]) -> str:
    """Return amounts by currency in one line: ``12.00 EUR + 3.50 USD``."""
    return " + ".join(str(Money(value, unit)) for unit, value in sorted(sums.items())) or "0"
