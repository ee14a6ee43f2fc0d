"""How the values of each column of a table are read, decided for whole columns at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ci_cli.errors import Where
from ci_cli.importing.currency import currency_of, yuan
from ci_cli.importing.evidence import (
    CODES,
    DATES,
    DISCOUNT,
    MONEY,
    QUANTITIES,
    TIMED,
    Evidence,
)
from ci_cli.importing.layout.lost_zeros import about_lost_zeros
from ci_cli.importing.mapping.columns import ColumnChoice, ColumnMap
from ci_cli.importing.model import ImportOptions
from ci_cli.importing.values import cells, discounts
from ci_cli.importing.values.cells import ValueReject
from ci_cli.importing.values.counted import part_unit
from ci_cli.importing.values.dates import DateFormat, detect_date_format
from ci_cli.importing.values.discounts import DiscountForm, detect_discount
from ci_cli.importing.values.numbers import NumberStyle, settle_styles
from ci_cli.readers.base import RawTable
from ci_cli.report import Note
from ci_cli.text import Msg, msg

Reader = Callable[[str], Any]


@dataclass
class Decisions:
    """What was decided on the columns of one table.

    Attributes:
        readers: field -> what reads one of its cells; a field without one is kept as it stands.
        readings: field -> how, in a form that can be compared.
        reasons: field -> why, for people.
    """

    nulls: frozenset[str] = frozenset()
    readers: dict[str, Reader] = field(default_factory=dict)
    readings: dict[str, object] = field(default_factory=dict)
    reasons: dict[str, Msg] = field(default_factory=dict)
    currency: str | None = None
    discount: DiscountForm | None = None
    cancel_prefix: str | None = None
    notes: list[Note] = field(default_factory=list)

    def reads_like(self, other: Decisions) -> bool:
        """Tell whether every cell is read as the other decisions read it, reasons aside."""
        return (
            self.nulls, self.readings, self.currency, self.cancel_prefix
        ) == (other.nulls, other.readings, other.currency, other.cancel_prefix)  # fmt: skip


@dataclass(frozen=True)
class Decider:
    """All that decisions depend on, beside the values themselves.

    Args:
        table: where the rows stand.
        columns: what its columns are.
        options: what the user said.
        zone: the store's; zoned timestamps are converted to it.
        store_currency: the store's; 元 in a header means another one where that is no yuan.
        sample: gives some rows, for the arithmetic of discounts.
    """

    table: RawTable
    columns: ColumnMap
    options: ImportOptions
    zone: str
    store_currency: str
    sample: Callable[[], Iterable[list[str]]]

    @property
    def fields(self) -> dict[str, int]:
        """Return the position of the column that holds each field."""
        return {c.field: c.index for c in self.columns.columns if c.field is not None}

    def decide(self, seen: Evidence) -> Decisions:
        """Decide on all columns.

        Raises:
            CiError: something that a person must decide.
        """
        found = Decisions(nulls=seen.nulls.literals)
        if seen.nulls.reason:
            found.notes.append(Note(seen.nulls.reason))
        choices = {c.field: c for c in self.columns.columns if c.field is not None}
        styles = settle_styles(
            {
                name: _bare(seen.texts[name], choice)
                for name, choice in choices.items()
                if _is_number(name)
            },
            self.options.decimal,  # type: ignore[arg-type]
            typed=self.table.is_workbook,
            quantities=frozenset(name for name in choices if name in QUANTITIES),
            where=self._where(None),
        )
        for name, style in styles.items():
            styles[name] = replace(style, counted=choices[name].counted)
        found.currency = currency_of(self.columns, MONEY, styles, self._where(None))
        for name, choice in choices.items():
            self._decide_column(found, name, choice, seen, styles)
        self._decide_cancellations(found, seen, styles)
        found.currency = found.currency or self.options.currency
        if found.currency is None:
            found.currency, note = yuan(self.columns, MONEY, self.store_currency)
            found.notes += note
        return found

    def _decide_column(
        self, found: Decisions, name: str, choice: ColumnChoice, seen: Evidence,
        styles: dict[str, NumberStyle],
    ) -> None:  # fmt: skip
        if name in DATES:
            style = detect_date_format(
                seen.texts[name],
                self.options.dates or choice.date_order,  # type: ignore[arg-type]
                zone=self.zone,
                source_zone=choice.zone,
                where=self._where(choice),
            )
            found.notes += style.notes
            found.reasons[name] = style.reason
            found.readers[name] = _date_reader(name, style)
            found.readings[name] = (style.order, style.months, style.roc)
        elif name in MONEY:
            found.reasons[name] = styles[name].reason
            found.readers[name] = _scaled(styles[name].money, choice.scale)
            found.readings[name] = styles[name].mark
        elif name in QUANTITIES:
            found.readers[name] = _scaled(styles[name].quantity, choice.scale)
            found.readings[name] = styles[name].mark
        elif name == DISCOUNT:
            self._decide_discount(found, choice, seen, styles)
        elif name in CODES:
            width = self.options.id_widths.get(name, 0)
            if not width:
                found.notes += about_lost_zeros(name, choice.header, seen.codes[name])
            code = cells.detect_id_style(seen.texts[name], width=width)
            found.readers[name] = code.parse
            found.readings[name] = code
        else:
            clean = cells.clean_phone if name == "contact.phone" else cells.clean_text
            found.readers[name] = clean

    def _decide_discount(
        self, found: Decisions, choice: ColumnChoice, seen: Evidence,
        styles: dict[str, NumberStyle],
    ) -> None:  # fmt: skip
        fields = self.fields
        needed = (
            "line.amount" not in fields and {"line.quantity", "line.unit_price"} <= fields.keys()
        )
        found.discount = detect_discount(
            seen.texts[DISCOUNT], choice.header, styles[DISCOUNT],
            rows=self._arithmetic(styles), needed=needed, scale=choice.scale,
            where=self._where(choice),
        )  # fmt: skip
        found.reasons[DISCOUNT] = found.discount.reason
        found.readings[DISCOUNT] = (found.discount.form, styles[DISCOUNT].mark)
        # without a reader nobody can tell what its numbers are: they are kept as they stand
        if found.discount.form != "unclear":
            found.readers[DISCOUNT] = found.discount.parse

    def _arithmetic(self, styles: dict[str, NumberStyle]) -> list[discounts.Evidence]:
        """Return rows of the sample that hold quantity, price, amount and discount."""
        fields = self.fields
        names = ("line.quantity", "line.unit_price", "line.amount", DISCOUNT)
        if not all(name in fields for name in names):
            return []
        found = []
        for row in self.sample():
            try:
                numbers = [styles[name].number(row[fields[name]]) for name in names]
            except (ValueReject, IndexError):
                continue
            if all(number is not None for number in numbers):
                found.append(discounts.Evidence(*numbers))  # type: ignore[arg-type]
        return found

    def _decide_cancellations(
        self, found: Decisions, seen: Evidence, styles: dict[str, NumberStyle]
    ) -> None:
        def reader(name: str) -> Callable[[str], int | None]:
            def number(text: str) -> int | None:
                try:
                    return styles[name].quantity(text) if name in styles else None
                except ValueReject:
                    return None

            return number

        prefix = seen.marks.detect(reader("line.quantity"), reader("line.amount"))
        found.cancel_prefix = prefix
        if prefix:
            found.notes.append(
                Note(
                    msg(
                        "Order ids with {prefix} before the number are cancellations: they lower"
                        " the revenue of their month and are no purchases.",
                        prefix=prefix,
                    )
                )
            )

    def _where(self, choice: ColumnChoice | None) -> Where:
        column = None if choice is None else choice.header
        return Where(str(self.table.file), self.table.sheet, None, column)


def _is_number(name: str) -> bool:
    return name in MONEY | QUANTITIES or name == DISCOUNT


def _date_reader(name: str, style: DateFormat) -> Reader:
    if name in TIMED:
        return style.parse

    def day(text: str) -> str | None:
        parsed = style.parse(text)
        return None if parsed is None else parsed[0]

    return day


def _bare(texts: set[str], choice: ColumnChoice) -> set[str]:
    """Return the numbers of a column without the units that they carry."""
    return {part_unit(text)[0] for text in texts} if choice.counted else texts


def _scaled(read: Callable[[str, Fraction | int], int | None], scale: Fraction | int) -> Reader:
    def number(text: str) -> int | None:
        return read(text, scale)

    return number
