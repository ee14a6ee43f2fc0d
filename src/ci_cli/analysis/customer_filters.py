"""What people ask of customers to list: ``tag=refused-call``, ``silent>60``, ``owner=``.

A filter is looked up and compared, never executed. A field may have several values (tags); ``=``,
``~`` and the comparisons hold where one of them fits, ``!=`` where none does. Nothing behind ``=``
asks for customers without a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import Msg, msg

_SHAPE = re.compile(r"\s*([^=<>!~]+?)\s*(<=|>=|!=|=|<|>|~)\s*(.*?)\s*", re.DOTALL)
_ORDERED = ("<", "<=", ">", ">=")


class Filter(NamedTuple):
    """One thing that is asked of every customer."""

    field: str
    op: str
    value: str


def read_filter(text: str) -> Filter:
    """Return what a filter asks.

    Raises:
        CiError: ``filter-invalid``, exit 2: no filter, or no number or day to compare with.
    """
    found = _SHAPE.fullmatch(text)
    if found is None or not text.isprintable():
        raise _invalid(msg("{text} is no filter.", text=text[:60] or "''"))
    one = Filter(*found.groups())
    if one.op in _ORDERED and _number(one.value) is None and _day(one.value) is None:
        raise _invalid(
            msg("{value} is no number and no day to compare {field} with.", value=one.value or "''",
                field=one.field)
        )  # fmt: skip
    if one.op == "~" and not one.value:
        raise _invalid(msg("{text} says nothing to look for.", text=text))
    return one


def holds(one: Filter, values: Sequence[str | float]) -> bool:
    """Tell whether a filter holds for a customer with these values; none: nothing is known."""
    if one.op in ("=", "!=") and not one.value:
        return bool(values) == (one.op == "!=")
    if one.op == "!=":
        return not any(_is(value, one.value) for value in values)
    if one.op == "=":
        return any(_is(value, one.value) for value in values)
    if one.op == "~":
        return any(one.value.casefold() in str(value).casefold() for value in values)
    return any(_compare(one.op, value, one.value) for value in values)


def _is(value: str | float, wanted: str) -> bool:
    if isinstance(value, str):
        return value.casefold() == wanted.casefold()
    return value == _number(wanted)


def _compare(op: str, value: str | float, wanted: str) -> bool:
    for read in (_number, _day):
        left, right = read(value), read(wanted)
        if left is not None and right is not None:
            if left == right:
                return op in ("<=", ">=")
            return (left < right) == (op in ("<", "<="))
    return False


def _number(text: str | float) -> float | None:
    if isinstance(text, float | int):
        return float(text)
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _day(text: str | float) -> float | None:
    try:
        return float(date.fromisoformat(str(text)).toordinal())
    except ValueError:
        return None


def _invalid(message: Msg) -> CiError:
    return CiError(
        "filter-invalid",
        message,
        hint=msg(
            "Write for example: industry=Retail, tag!=budget-cut, silent>60, name~tea, owner="
        ),
        exit_code=ExitCode.DECIDE,
    )
