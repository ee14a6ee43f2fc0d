"""Text -> exact integers: money in ten-thousandths, quantity in millionths. No floats anywhere.

Point or comma is decided for a whole column (:func:`detect_number_style`), or for a whole file
where one column settles what another leaves open (:func:`settle_styles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.values.amounts import GROUPED, PLAIN, Mark, exact, read_number, round_half_up
from ci_cli.importing.values.cells import ValueReject, shown
from ci_cli.importing.values.counted import part_unit
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE
from ci_cli.text import Msg, msg

MAX_MONEY = 10**12 * MONEY_SCALE  # larger "amounts" are bar codes and account numbers
MAX_QUANTITY = 10**9 * QUANTITY_SCALE
SETTLED_SHARE = 0.99  # of the telling values must agree; the few others are rejected


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are read.

    Attributes:
        mark: whether point or comma divides the fraction.
        reason: why.
        currencies: currencies written in the cells, sorted; more than one must never be summed.
        counted: cells may carry what they count (40 Nos), which is left aside.
    """

    mark: Mark
    reason: Msg
    currencies: tuple[str, ...] = ()
    counted: bool = False

    def number(self, text: str) -> Decimal | None:
        """Return the exact value; a percentage as its fraction (``15%`` is 0.15).

        None for an empty cell, ``-`` and ``/``.

        Raises:
            ValueReject: no number, or not one in this column's style.
        """
        text = self._bare(text)
        written = read_number(text)
        if written is None:
            return None
        value = exact(written, self.mark, text)
        return value / 100 if written.percent else value

    def money(self, text: str, scale: Fraction | int = 1) -> int | None:
        """Return ten-thousandths of the currency unit, rounded half-up (away from zero).

        Args:
            text: the cell.
            scale: what the header multiplies by (10,000 for ``金额(万元)``).

        Raises:
            ValueReject: no amount, a percentage, or more than ``MAX_MONEY``.
        """
        return self._scaled(text, scale, MONEY_SCALE, MAX_MONEY)

    def quantity(self, text: str, scale: Fraction | int = 1) -> int | None:
        """Return millionths of the unit of sale, rounded half-up; as :meth:`money` otherwise."""
        return self._scaled(text, scale, QUANTITY_SCALE, MAX_QUANTITY)

    def currency_of(self, text: str) -> str | None:
        """Return the currency written in this cell, or None."""
        try:
            written = read_number(self._bare(text))
        except ValueReject:
            return None
        return written.currency if written else None

    def _bare(self, text: str) -> str:
        return part_unit(text)[0] if self.counted else text

    def _scaled(self, text: str, scale: Fraction | int, units: int, limit: int) -> int | None:
        if self.mark == "point" and scale == 1:
            plain = PLAIN.match(text)
            if plain:
                sign, whole, fraction = plain.groups("")
                value = int(whole) * units + int(fraction.ljust(4, "0")) * (units // 10_000)
                return -value if sign else value
        text = self._bare(text)
        written = read_number(text)
        if written is None:
            return None
        if written.percent:
            raise ValueReject(
                msg("“{value}” is a percentage, not an amount", value=shown(text)),
                msg("write the amount itself, for example 1280.50"),
            )
        if written.factor != 1 and scale != 1:
            raise ValueReject(
                msg("“{value}” carries a unit and so does the header", value=shown(text)),
                msg("write the bare number in the unit of the header"),
            )
        value = round_half_up(exact(written, self.mark, text), Fraction(scale) * units)
        if abs(value) > limit:
            raise ValueReject(
                msg("“{value}” is too large for an amount or a quantity", value=shown(text)),
                msg("check whether the column holds codes, and write numbers below {limit}",
                    limit=limit // units),
            )  # fmt: skip
        return value


def detect_number_style(
    values: Iterable[str],
    forced: Mark | None = None,
    *,
    typed: bool = False,
    money: bool = True,
    where: Where | None = None,
) -> NumberStyle:
    """Decide whether point or comma divides the fraction in one column; order never matters.

    ``1.234,56`` and ``12,5`` tell; ``1,234`` alone does not. Where only such values exist, commas
    are thousands if the column holds money, or if no bare integer reaches 1,000.

    Args:
        values: texts of the column, best all of them.
        forced: what the user said with ``--decimal``.
        typed: cells come from typed cells of a workbook, whose numbers always have a point.
        money: the column holds money, which never has exactly three decimals throughout.
        where: file, sheet and column, for the error.

    Raises:
        CiError: ``number-ambiguous`` (exit 2).
    """
    evidence = weigh(values)
    if forced:
        return evidence.style(forced, msg("as --decimal {mark} says", mark=forced))
    settled = evidence.settled()
    if settled:
        return settled
    if not evidence.telling and not evidence.open:
        return evidence.style("point", msg("no value has a fraction or thousands"))
    if not evidence.telling:
        guess = evidence.guess(typed=typed, money=money)
        if guess:
            return guess
    raise evidence.ambiguous(where or Where())


def settle_styles(
    columns: Mapping[str, Iterable[str]],
    forced: Mark | None = None,
    *,
    typed: bool = False,
    quantities: frozenset[str] = frozenset(),
    where: Where | None = None,
) -> dict[str, NumberStyle]:
    """Decide the style of all number columns of a file together.

    A program writes all its numbers alike, so a column that settles itself also settles the
    others, if all that do agree.

    Args:
        columns: header -> values.
        forced: what the user said with ``--decimal``.
        typed: see :func:`detect_number_style`.
        quantities: headers of columns that do not hold money.
        where: file and sheet, for the error.

    Raises:
        CiError: ``number-ambiguous`` (exit 2).
    """
    evidence = {header: weigh(values) for header, values in columns.items()}
    sure = {s.mark for e in evidence.values() if (s := e.settled())}
    place = where or Where()
    result = {}
    for header, weighed in evidence.items():
        if not forced and weighed.open and not weighed.telling and len(sure) == 1:
            result[header] = weighed.style(
                next(iter(sure)), msg("as the other number columns of the file")
            )
        else:
            result[header] = detect_number_style(
                weighed.texts,
                forced,
                typed=typed,
                money=header not in quantities,
                where=Where(place.file, place.sheet, place.line, header),
            )
    return result


class Weighed(NamedTuple):
    """What the numbers of a column say about point and comma.

    ``extremes`` are the texts of the largest bare integer, and of one value in each currency.
    """

    texts: frozenset[str]
    telling: dict[Mark, list[str]]  # values that can only be read with this mark
    open: list[str]  # 1,234 or 1.234
    largest_bare: int  # the largest integer written without any separator
    currencies: tuple[str, ...]
    extremes: tuple[str, ...]

    def style(self, mark: Mark, reason: Msg) -> NumberStyle:
        """Return the style with that mark."""
        return NumberStyle(mark, reason, self.currencies)

    def settled(self) -> NumberStyle | None:
        """Return the style if the telling values agree, all but a few that will be rejected."""
        total = sum(map(len, self.telling.values()))
        for mark, texts in self.telling.items():
            if len(texts) >= SETTLED_SHARE * total:
                reason = msg("{mark}, because of values such as “{value}”",
                             mark=mark, value=shown(min(texts)))  # fmt: skip
                return self.style(mark, reason)
        return None

    def guess(self, *, typed: bool, money: bool) -> NumberStyle | None:
        """Return the style of a column that holds only values like ``1,234``, if anything tells."""
        commas = [text for text in self.open if "," in text]
        if typed and not commas:
            return self.style("point", msg("point, as in every number cell of a workbook"))
        if len(commas) == len(self.open) and (money or 0 < self.largest_bare < 1000):
            return self.style(
                "point",
                msg("“{value}” has a comma for thousands: all such values have three digits after "
                    "it", value=shown(min(commas))),
            )  # fmt: skip
        return None

    def ambiguous(self, where: Where) -> CiError:
        """Return the error that asks for a decision."""
        if self.telling:
            cause = msg(
                "“{one}” has a decimal point and “{other}” a decimal comma, in one column",
                one=shown(min(self.telling["point"])), other=shown(min(self.telling["comma"])),
            )  # fmt: skip
        else:
            cause = msg(
                "“{value}” may be about one or a thousand times as much: no value in the column "
                "tells whether its mark divides thousands or the fraction",
                value=shown(min(self.open)),
            )
        return CiError(
            "number-ambiguous",
            cause,
            hint=msg(
                "say which mark divides the fraction: --decimal point (1,234.56) or "
                "--decimal comma (1.234,56); values that do not fit will be rejected"
            ),
            where=where,
            exit_code=ExitCode.DECIDE,
            choice=(
                Answer(("--decimal", "point"), msg("the point divides the fraction: 1,234.56")),
                Answer(("--decimal", "comma"), msg("the comma divides the fraction: 1.234,56")),
            ),
        )


def weigh(values: Iterable[str]) -> Weighed:
    """Sort the distinct numbers of a column by what they tell."""
    texts = frozenset(values)
    telling: dict[Mark, list[str]] = {}
    undecided: list[str] = []
    currencies: dict[str, str] = {}
    largest, largest_text = 0, ""
    for text in texts:
        plain = PLAIN.match(text)
        if plain and plain[3] and text.isascii():
            # 1.25 tells, 1.250 does not, 0.125 and 1234.567 do again; millions are of this form
            if len(plain[3]) == 3 and len(plain[2]) <= 3 and plain[2][0] != "0":
                undecided.append(text)
            else:
                telling.setdefault("point", []).append(text)
            continue
        if plain and not plain[3]:
            largest, largest_text = max((largest, largest_text), (int(plain[2]), text))
            continue
        try:
            written = read_number(text)
        except ValueReject:
            continue
        if written is None:
            continue
        if written.currency:
            currencies.setdefault(written.currency, text)
        fits = [mark for mark in GROUPED if GROUPED[mark].match(written.digits)]
        marks = set(written.digits) & set(".,")
        if not marks:
            value = int(re.sub(r"\D", "", written.digits))
            largest, largest_text = max((largest, largest_text), (value, text))
        elif len(fits) == 2 and not (written.digits.startswith("0") or written.digits[0] in ".,"):
            undecided.append(text)
        elif fits:
            mark: Mark = _telling_mark(written.digits, fits)
            telling.setdefault(mark, []).append(text)
    return Weighed(
        texts, telling, undecided, largest, tuple(sorted(currencies)),
        (*currencies.values(), *([largest_text] if largest_text else [])),
    )  # fmt: skip


def _telling_mark(digits: str, fits: list[str]) -> Mark:
    """Return the mark that ``digits`` can only be read with; 0,125 has no thousands."""
    if len(fits) == 1:
        return "point" if fits[0] == "point" else "comma"
    return "point" if "." in digits else "comma"
