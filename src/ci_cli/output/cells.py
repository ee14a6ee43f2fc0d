"""How one value looks: to a person, and to a machine.

People get thousands separators, two decimals, a percent sign and small charts of block
characters. Machines get exact decimal literals that no binary float has touched. Both come from
the raw value and :data:`ci_cli.report.Kind` alone, so every format says the same figure.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import Any

from ci_cli.columnar import Columnar
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE, Column, Kind, Table
from ci_cli.text import Msg, msg, translate

NUMERIC_KINDS: frozenset[Kind] = frozenset(
    ("int", "days", "money", "quantity", "percent", "number")
)
POINT_KINDS: frozenset[Kind] = frozenset(("money", "quantity", "number", "days"))
TEXT_KINDS: frozenset[Kind] = frozenset(("text", "state", "id", "date", "month"))

_AT_A_TIME = 5_000  # rows of a stream
_COLUMNS_AT_A_TIME = 50_000  # rows held as columns; the texts of more would only fill memory
SPARKS = "▁▂▃▄▅▆▇█"
_BEYOND_READING = 1e15
_MONEY_DECIMALS = 4
_QUANTITY_DECIMALS = 6


def is_missing(value: Any) -> bool:
    """Tell whether a cell is empty: ``None``, or the not-a-number of a computation."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def label_of(column: Column) -> str:
    """Return the heading for people: the label in their language, and the unit."""
    label = translate(column.label)
    return f"{label} ({column.unit})" if column.unit else label


def labelled_total(table: Table) -> tuple[Any, ...] | None:
    """Return the closing row with the word "total" in its first empty cell of text.

    A row whose first cell is filled says itself what it is.
    """
    row = table.total
    if not row or not _is_empty(row[0]):
        return row
    for i, column in enumerate(table.columns):
        if column.kind in TEXT_KINDS and _is_empty(row[i]):
            return (*row[:i], translate(msg("total")), *row[i + 1 :])
    return row


def words(value: Any) -> str:
    """Return a cell of text: as it is, or a sentence of ours in the reader's language."""
    return translate(value) if isinstance(value, Msg) else str(value)


def _is_empty(value: Any) -> bool:
    return is_missing(value) or value == ""


def in_parts(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Sequence[Any]]]]:
    """Yield some rows at a time: their number and their columns.

    Column by column is several times as fast as cell by cell.
    """
    if isinstance(rows, Columnar):
        for start in range(0, len(rows), _COLUMNS_AT_A_TIME):
            part = rows[start : start + _COLUMNS_AT_A_TIME]
            yield len(part), part.columns
        return
    rest = iter(rows)
    while some := list(islice(rest, _AT_A_TIME)):
        yield len(some), list(zip(*some, strict=True))


def each(shown: Callable[[Any], str], values: Sequence[Any]) -> list[str]:
    """Return the text of each value of a column, made once where values come again.

    A long column mostly repeats a few days, counts and states.
    """
    try:
        known = dict.fromkeys(values)
    except TypeError:  # a value that cannot be a key
        return list(map(shown, values))
    # 1, 1.0 and True are one key and need not be one text; nor need 0.0 and -0.0
    kinds = {type(value) for value in known} - {type(None)}
    if len(kinds) > 1 or (float in kinds and 0.0 in known) or 2 * len(known) > len(values):
        return list(map(shown, values))
    texts = {value: shown(value) for value in known}
    return list(map(texts.__getitem__, values))


# --- for people -----------------------------------------------------------------------------


def human(kind: Kind, value: Any) -> str:
    """Return ``value`` as people read it; text is returned as it is (make it safe afterwards)."""
    if is_missing(value):
        return ""
    if kind in TEXT_KINDS:
        return words(value)
    if kind == "spark":
        return spark(value)
    if kind == "money":
        return money_text(operator.index(value))
    if kind == "quantity":
        return _scaled(operator.index(value), QUANTITY_SCALE, _QUANTITY_DECIMALS, 0, ",")
    if kind == "int":
        return f"{operator.index(value):,}"
    return _human_float(kind, float(value))


def money_text(value: int) -> str:
    """Return ten-thousandths as ``1,234.56``.

    People read cents; only below one unit, where a unit price may lie under a cent, all four
    decimals are shown. Files for machines always hold the exact amount.
    """
    if value % 100 and abs(value) < MONEY_SCALE:
        return _scaled(value, MONEY_SCALE, _MONEY_DECIMALS, _MONEY_DECIMALS, ",")
    whole, cents = divmod((abs(value) + 50) // 100, 100)  # half up, away from zero
    sign = "-" if value < 0 and (whole or cents) else ""
    return f"{sign}{whole:,}.{cents:02d}"


def _human_float(kind: Kind, value: float) -> str:
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if abs(value) >= _BEYOND_READING:
        return f"{value:.6g}"
    written = Decimal(float.__repr__(value))  # what people would write for this double
    if kind == "percent":
        return f"{_rounded(written * 100, 1):,} %"
    if kind == "days":
        return f"{_without_zeros(_rounded(written, 1)):,}"
    if value and abs(value) < 0.1:
        return f"{value:.3g}"
    return f"{_rounded(written, 2):,}"


def _rounded(value: Decimal, places: int) -> Decimal:
    """Round half up, as people do; a negative nothing becomes zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded.is_zero() else rounded


def _without_zeros(value: Decimal) -> Decimal:
    whole = value.to_integral_value()
    return whole if whole == value else value


def spark(values: Sequence[float | None]) -> str:
    """Return one block character per value, oldest first; a missing value is a gap.

    The foot of the scale is zero (or the lowest value, where that is negative), so that bars
    compare as the figures do.
    """
    known = [float(v) for v in values if v is not None and not is_missing(v)]
    if not known:
        return " " * len(values)
    low, high = min(0.0, *known), max(0.0, *known)
    span = (high - low) or 1.0
    steps = len(SPARKS) - 1
    return "".join(
        " " if v is None or is_missing(v) else SPARKS[round((float(v) - low) / span * steps)]
        for v in values
    )


def align_points(texts: Sequence[str]) -> list[str]:
    """Pad figures on the right so that their decimal points stand below one another."""
    tails = [len(text) - text.rfind(".") if "." in text else 0 for text in texts]
    longest = max(tails, default=0)
    if tails.count(longest) == len(tails):
        return list(texts)
    return [
        text + " " * (longest - tail) if text else ""
        for text, tail in zip(texts, tails, strict=True)
    ]


# --- for machines ---------------------------------------------------------------------------


def exact(kind: Kind, value: Any) -> str:
    """Return a number as a decimal literal without separators, valid in csv and in json.

    Money has at least two decimals, quantity none that are zero, a percentage is its fraction.
    A value that is missing or infinite gives ``""``.

    Raises:
        TypeError: if the value is not a number, or ``kind`` is not numeric.
    """
    if kind not in _EXACT:
        raise TypeError(f"a column of kind {kind} holds no number")
    return "" if is_missing(value) else _EXACT[kind](value)


def exact_texts(kind: Kind, values: Sequence[Any]) -> list[str]:
    """Return :func:`exact` of each value of a column."""
    types = set(map(type, values))  # where all are of one kind, nothing is missing
    if types <= {int}:
        return _exact_cents(values) if kind == "money" else each(_EXACT[kind], values)
    if types == {float} and all(map(math.isfinite, values)) and _EXACT[kind] is _exact_float:
        return each(_finite_float, values)
    return each(lambda value: exact(kind, value), values)


def _exact_money(value: Any) -> str:
    amount = operator.index(value)
    if amount % 100:
        return _scaled(amount, MONEY_SCALE, _MONEY_DECIMALS, 2, "")
    whole, cents = divmod(abs(amount) // 100, 100)
    return f"{'-' if amount < 0 else ''}{whole}.{cents:02d}"


def _exact_cents(amounts: Sequence[int]) -> list[str]:
    """Return the texts of a column of money, in which hardly an amount comes twice."""
    scale, cents = MONEY_SCALE, [f".{number:02d}" for number in range(100)]
    return [
        f"{amount // scale}{cents[amount // 100 % 100]}"
        if amount >= 0 and not amount % 100
        else _exact_money(amount)
        for amount in amounts
    ]


def _exact_quantity(value: Any) -> str:
    return _scaled(operator.index(value), QUANTITY_SCALE, _QUANTITY_DECIMALS, 0, "")


def _exact_int(value: Any) -> str:
    return str(operator.index(value))


def _exact_float(value: Any) -> str:
    return "" if math.isinf(value) else _finite_float(float(value))


def _finite_float(value: float) -> str:
    return float.__repr__(value).removesuffix(".0")


_EXACT: dict[Kind, Callable[[Any], str]] = {
    "money": _exact_money,
    "quantity": _exact_quantity,
    "int": _exact_int,
    "days": _exact_float,
    "percent": _exact_float,
    "number": _exact_float,
}


def _scaled(value: int, scale: int, decimals: int, at_least: int, separator: str) -> str:
    """Write an integer of ``1/scale`` units, with the decimals that it needs and no more."""
    whole, rest = divmod(abs(value), scale)
    fraction = f"{rest:0{decimals}d}".rstrip("0").ljust(at_least, "0")
    sign = "-" if value < 0 else ""
    point = "." if fraction else ""
    return f"{sign}{whole:{separator}}{point}{fraction}"
