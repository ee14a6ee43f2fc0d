"""One amount that a person types, such as ``12000``, ``12,000.50`` or ``€ 1.200,50``.

A column of a file shows by its other cells whether its comma divides thousands or the fraction; a
single amount does not. So one that could mean two things is refused, and never guessed.
"""

from __future__ import annotations

from fractions import Fraction

from ci_cli.errors import CiError, ExitCode
from ci_cli.importing.values.amounts import Mark, exact, read_number, round_half_up
from ci_cli.importing.values.cells import ValueReject, shown
from ci_cli.importing.values.numbers import MAX_MONEY
from ci_cli.report import MONEY_SCALE
from ci_cli.text import msg

_MARKS: tuple[Mark, ...] = ("point", "comma")


def typed_money(text: str) -> tuple[int, str | None]:
    """Return an amount above zero in ten-thousandths, and the currency written with it, if any.

    Raises:
        CiError: ``amount-invalid``, exit 2: no amount, one that is not above zero, or one that can
            be read in two ways.
    """
    try:
        written = read_number(text)
    except ValueReject:
        written = None
    values = set()
    if written is not None and not written.percent:
        for mark in _MARKS:
            try:
                value = exact(written, mark, text)
            except ValueReject:
                continue
            values.add(round_half_up(value, Fraction(MONEY_SCALE)))
    if written is None or len(values) != 1 or not 0 < min(values) <= MAX_MONEY:
        raise CiError(
            "amount-invalid",
            msg("“{value}” can be read in two ways.", value=shown(text))
            if len(values) > 1
            else msg("“{value}” is no amount of money above zero.", value=shown(text)),
            hint=msg("Write it without a mark for thousands, for example 12000 or 12000.50."),
            exit_code=ExitCode.DECIDE,
        )
    return values.pop(), written.currency
