"""Which currency the amounts of a file are in, where no column gives it row by row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.mapping.columns import ColumnMap
from ci_cli.importing.values.numbers import NumberStyle
from ci_cli.report import Note
from ci_cli.text import msg

_YUAN = re.compile(r"(?<![美欧日港加澳韩台])[万千亿]?元")
CURRENCIES = ("order.currency", "contract.currency", "deal.currency")
_CALLED_YUAN = frozenset({"CNY", "TWD", "HKD", "MOP"})


def currency_of(
    columns: ColumnMap, money: frozenset[str], styles: Mapping[str, NumberStyle], where: Where
) -> str | None:
    """Return the currency that headers and cells name; None where a column says it, or nothing.

    Args:
        columns: what the columns are.
        money: the fields that hold money.
        styles: field -> how its numbers are written.
        where: file and sheet, for the error.

    Raises:
        CiError: ``currencies-mixed``, exit 2.
    """
    named: Counter[str] = Counter()
    for choice in columns.columns:
        if choice.field in money and choice.field is not None:
            named.update([choice.currency] if choice.currency else [])
            named.update(styles[choice.field].currencies)
    if _has_column(columns) or not named:
        return None
    if len(named) > 1:
        raise CiError(
            "currencies-mixed",
            msg("The amounts are in several currencies: {list}.", list=", ".join(sorted(named))),
            hint=msg("Add a column that names the currency of each row; they are never summed."),
            where=where,
            exit_code=ExitCode.DECIDE,
        )
    return next(iter(named))


def _has_column(columns: ColumnMap) -> bool:
    return any(columns.choice(name) is not None for name in CURRENCIES)


def yuan(columns: ColumnMap, money: frozenset[str], store: str) -> tuple[str | None, list[Note]]:
    """Return CNY, and say so, where a header counts in 元 but the store's currency is no yuan."""
    headers = [c.header for c in columns.columns if c.field in money and _YUAN.search(c.header)]
    own = _has_column(columns)
    if not headers or not store or store in _CALLED_YUAN or own:
        return None, []
    sentence = msg(
        "“{header}” was taken for CNY, not for the store's {currency}; --currency says otherwise.",
        header=headers[0], currency=store,
    )  # fmt: skip
    return "CNY", [Note(sentence, "warning")]
