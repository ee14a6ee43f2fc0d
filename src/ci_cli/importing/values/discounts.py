"""A discount column: money taken off, or a share of the price? Decided once for the column.

0.15, 15, 15 %, 9.5折 and 95 can all stand under the same header, so the form is read from the
header, from the range of all values, and where the file also holds quantity, price and amount,
from the arithmetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.values.amounts import round_half_up
from ci_cli.importing.values.cells import ValueReject, clean_text, shown
from ci_cli.importing.values.numbers import NumberStyle
from ci_cli.report import QUANTITY_SCALE
from ci_cli.text import Msg, msg

Form = Literal["rate", "percent", "paid", "paid-percent", "tenths", "amount", "unclear"]

TOLERANCE = Fraction(1, 100)  # of a line's gross amount: prices in files are rounded
TENTHS_OF_ALL = 10  # 10折 is the full price
ENOUGH = Fraction(9, 10)  # of the rows that can tell must agree

_TENTHS = re.compile(r"^([0-9](?:[.,][0-9]{1,2})?|[1-9][0-9])\s*折$")  # 9.5折 or 95折: pay 95 %
_RATE_HEADER = re.compile(r"率|%|％|\brate\b|percent|pct|\bpc\b", re.IGNORECASE)
_MONEY_HEADER = re.compile(
    r"额|金|款|元|券|amount|\bamt\b|total|value|coupon|voucher|rebate|allowance", re.IGNORECASE
)
_PAID_HEADER = re.compile(r"扣率")  # 扣率 100 is the full price; 折扣率 is used both ways


class Evidence(NamedTuple):
    """One row of the sample; numbers in plain units."""

    quantity: Decimal
    price: Decimal
    amount: Decimal
    discount: Decimal


@dataclass(frozen=True)
class DiscountForm:
    """How the discounts of one column are read.

    Attributes:
        form: ``rate`` (0.15 off), ``percent`` (15 off), ``paid`` (0.85 to pay), ``paid-percent``
            (85 to pay), ``tenths`` (8.5折 to pay), ``amount`` (money off) or ``unclear``.
        reason: why.
    """

    form: Form
    reason: Msg
    style: NumberStyle
    scale: Fraction | int = 1

    @property
    def is_rate(self) -> bool:
        """Return whether :meth:`parse` gives a share of the price rather than money."""
        return self.form != "amount"

    def parse(self, text: str) -> int | None:
        """Return the discount: millionths of the price if ``is_rate``, else ten-thousandths.

        A negative discount (``-5.00`` as a deduction) counts as its size. None: an empty cell.

        Raises:
            ValueReject: no number, or a share outside 0 to 100 %.
        """
        if not self.is_rate:
            money = self.style.money(text, self.scale)
            return None if money is None else abs(money)
        share = self._share(text)
        if share is None:
            return None
        if not 0 <= share <= 1:
            raise ValueReject(
                msg("“{value}” takes off less than nothing or more than the whole price",
                    value=shown(text)),
                msg("write the discount as the column does, for example 0.15 or 15%"),
            )  # fmt: skip
        return round_half_up(share, Fraction(QUANTITY_SCALE))

    def _share(self, text: str) -> Decimal | None:
        clean = clean_text(text)
        tenths = _TENTHS.match(clean)
        if tenths:
            said = Decimal(tenths[1].replace(",", "."))
            return 1 - said / (100 if said > TENTHS_OF_ALL else 10)
        value = self.style.number(clean)
        if value is None:
            return None
        if clean.endswith(("%", "％")):
            return 1 - abs(value) if self.form.startswith("paid") else abs(value)
        if self.form in ("percent", "paid-percent"):
            value /= 100
        if self.form == "tenths":
            value /= 10
        return 1 - value if self.form in ("paid", "paid-percent", "tenths") else abs(value)


def detect_discount(
    values: Iterable[str],
    header: str,
    style: NumberStyle,
    *,
    rows: Iterable[Evidence] = (),
    forced: Form | None = None,
    needed: bool = False,
    scale: Fraction | int = 1,
    where: Where | None = None,
) -> DiscountForm:
    """Decide what the numbers of a discount column are.

    Args:
        values: texts of the column.
        header: its header as written.
        style: the column's number style.
        rows: sample rows that hold quantity, price, amount and discount.
        forced: what the user said.
        needed: amounts will be computed from price, quantity and discount, so a form that stays
            ``unclear`` must be asked for.
        scale: unit of money in the header (``优惠(万元)``).
        where: file, sheet and column, for the error.

    Raises:
        CiError: ``discount-ambiguous`` (exit 2), only if ``needed``.
    """
    form, reason = _decide({clean_text(v) for v in set(values)} - {""}, header, style, list(rows))
    if forced:
        form, reason = forced, msg("as the user says")
    if form == "unclear" and needed:
        raise CiError(
            "discount-ambiguous",
            msg("the numbers of this discount column may be money or a percentage"),
            hint=msg(
                "name the unit in the header (折扣率% or 折扣金额, Discount % or Discount amount), "
                "or leave the column out with --map line.discount=-"
            ),
            where=where,
            exit_code=ExitCode.DECIDE,
            choice=(
                Answer(("--map", "line.discount=-"),
                       msg("leave the discount out: the price is what was paid")),
            ),
        )  # fmt: skip
    return DiscountForm(form, reason, style, scale)


def _decide(
    texts: set[str], header: str, style: NumberStyle, rows: list[Evidence]
) -> tuple[Form, Msg]:
    if any(_TENTHS.match(text) for text in texts):
        return "tenths", msg("values such as 9.5折 say what part of the price is paid")
    numbers = _numbers(texts, style)
    if any(text.endswith(("%", "％")) for text in texts):
        paid = bool(_PAID_HEADER.search(header)) and "折扣率" not in header
        return ("paid" if paid else "rate"), msg("the values are percentages")
    proven = _by_arithmetic(rows)
    if proven:
        return proven, msg("quantity × price less the discount gives the amount when read so")
    rate, money = _RATE_HEADER.search(header), _MONEY_HEADER.search(header)
    inside = all(-1 <= number <= 1 for number in numbers)
    if rate and not money:
        return _rate_form(numbers, header, inside=inside)
    if money and not rate:
        return "amount", msg("the header names money")
    if not any(numbers):
        return "amount", msg("every discount is zero")
    if inside and any(number != int(number) for number in numbers):
        return "rate", msg("all values lie between 0 and 1")
    if any(abs(number) > 100 or -number.as_tuple().exponent > 0 for number in numbers):  # type: ignore[operator]
        return "amount", msg("values exceed 100 or have a fraction, so they are money")
    return "unclear", msg("whole numbers up to 100 may be money or a percentage")


def _rate_form(numbers: list[Decimal], header: str, *, inside: bool) -> tuple[Form, Msg]:
    """Tell a share taken off from a share that is paid."""
    full = Decimal(1) if inside else Decimal(100)
    shares = [abs(number) / full for number in numbers]
    off: Form = "rate" if inside else "percent"
    paid: Form = "paid" if inside else "paid-percent"
    chinese = "折扣率" in header or "扣率" in header
    if not chinese:
        return off, msg("the header names a rate")
    telling = [share for share in shares if share not in (0, 1)]
    if (
        0 not in shares
        and (1 in shares or "折扣率" not in header)
        and all(s > 0.5 for s in telling)
    ):
        return paid, msg("all values are above one half and none is zero: the part that is paid")
    if 1 not in shares and (not telling or all(s <= 0.5 for s in telling)):
        return off, msg("no value is above one half: the part that is taken off")
    return "unclear", msg("the rate may be the part that is paid or the part that is taken off")


def _by_arithmetic(rows: list[Evidence]) -> Form | None:
    """Return the one reading under which quantity, price and discount give the amount."""
    telling = [r for r in rows if r.discount and r.quantity and r.price]
    if not telling:
        return None
    fitting: list[Form] = []
    for form in ("rate", "percent", "paid", "paid-percent", "amount"):
        hits = sum(_explains(form, row) for row in telling)
        if hits >= ENOUGH * len(telling):
            fitting.append(form)
    return fitting[0] if len(fitting) == 1 else None


def _explains(form: str, row: Evidence) -> bool:
    gross = row.quantity * row.price
    net = {
        "rate": gross * (1 - row.discount),
        "percent": gross * (1 - row.discount / 100),
        "paid": gross * row.discount,
        "paid-percent": gross * row.discount / 100,
        "amount": gross - abs(row.discount),
    }[form]
    return abs(Fraction(net) - Fraction(row.amount)) <= TOLERANCE * abs(Fraction(gross)) / 10


def _numbers(texts: set[str], style: NumberStyle) -> list[Decimal]:
    numbers = []
    for text in sorted(texts):
        try:
            number = style.number(text)
        except ValueReject:
            continue
        if number is not None:
            numbers.append(number)
    return numbers
