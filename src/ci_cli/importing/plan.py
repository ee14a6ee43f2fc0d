"""First pass over a file: find the header, map the columns, decide how each one is written.

Everything here is decided for whole columns, from all of their values; the second pass
(``convert``) only applies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ci_cli.errors import CiError, Where
from ci_cli.importing.convert import Converter
from ci_cli.importing.currency import currency_of, yuan
from ci_cli.importing.mapping.columns import ColumnChoice, ColumnMap, map_columns
from ci_cli.importing.mapping.undated import refuse_unread_dates
from ci_cli.importing.model import ImportOptions
from ci_cli.importing.skips import find_header, may_be_summary, summary_word
from ci_cli.importing.values import cells, verdicts
from ci_cli.importing.values.cells import Memo, ValueReject, detect_null_literals
from ci_cli.importing.values.dates import DateFormat, detect_date_format
from ci_cli.importing.values.discounts import DiscountForm, Evidence, detect_discount
from ci_cli.importing.values.numbers import NumberStyle, settle_styles
from ci_cli.readers.base import Chunk, RawTable
from ci_cli.report import Note
from ci_cli.text import Msg, msg

SAMPLE_ROWS = 5_000

DATES = frozenset({"order.date", "customer.since"})
MONEY = frozenset({"line.unit_price", "line.amount", "line.cost", "order.total"})
QUANTITIES = frozenset({"line.quantity", "line.number"})
DISCOUNT = "line.discount"
CODES = frozenset(
    {"customer.id", "order.id", "line.product_id", "category.id", "product.category_id",
     "customer.tax_id", "customer.postcode"}
)  # fmt: skip
IDENTIFYING = (
    "order.date", "order.id", "line.product_id", "line.product_name", "customer.id",
    "customer.name", "category.id",
)  # fmt: skip
# columns that exports and files of rejects carry beside the data, and that mean something here
OWN_FIELDS = {
    "ci_import": "row.import",
    "ci_line_kind": "row.line_kind",
    "ci_order_kind": "row.order_kind",
    "ci_order_state": "row.order_state",
}


@dataclass
class TablePlan:
    """All decisions on one table.

    ``header_line`` is where the header stands.
    """

    table: RawTable
    header: list[str]
    header_line: int
    columns: ColumnMap
    converter: Converter
    currency: str | None = None
    discount: DiscountForm | None = None
    cancel_prefix: str | None = None
    nameless: int = 0  # rows without a customer, in a file that has a column for it
    rows: int = 0
    notes: list[Note] = field(default_factory=list)
    decisions: dict[str, Msg] = field(default_factory=dict)  # field -> how its values are read

    def header_of(self, name: str) -> str:
        """Return the header of the column that holds a field, "" where there is none."""
        choice = self.columns.choice(name)
        return "" if choice is None else choice.header

    @property
    def cost_is_per_unit(self) -> bool:
        """Tell whether the cost column gives the cost of one unit."""
        choice = self.columns.choice("line.cost")
        return choice is not None and choice.per_unit

    def data(self) -> Iterator[Chunk]:
        """Yield the rows after the header."""
        return _after(self.table.chunks(), self.header_line)


def make_plan(
    table: RawTable, options: ImportOptions, *, zone: str, currency: str = ""
) -> TablePlan:
    """Look at the whole of ``table`` and decide.

    Args:
        table: from a reader.
        options: what the user said.
        zone: the store's; zoned timestamps are converted to it.
        currency: the store's; 元 in a header means another one where the store's is no yuan.

    Raises:
        CiError: nothing in it, no kind fits, or something that a person must decide.
    """
    where = Where(str(table.file), table.sheet)
    header, header_line, above, sample = _head(table)
    columns = map_columns(
        header,
        sample,
        kind=options.kind,  # type: ignore[arg-type]
        overrides=options.overrides,
        above=above,
        file=str(table.file),
        sheet=table.sheet,
    )
    refuse_unread_dates(columns, sample, options.overrides, where)
    fields = {c.field: c.index for c in columns.columns if c.field is not None}
    own = {
        OWN_FIELDS[name.lower()]: i for i, name in enumerate(header) if name.lower() in OWN_FIELDS
    }
    seen = _profile(table, header_line, len(header), fields)
    plan = TablePlan(
        table=table,
        header=header,
        header_line=header_line,
        columns=columns,
        converter=Converter(
            str(table.file),
            table.sheet,
            header,
            fields,
            {},
            nulls=seen.nulls.literals,
            is_ours=any(is_our_own(name) for name in header),
        ),
        rows=seen.rows,
        notes=[*columns.notes, *(Note(sentence) for sentence in columns.missing)],
    )
    if seen.nulls.reason:
        plan.notes.append(Note(seen.nulls.reason))
    _decide_values(plan, seen, options, zone)
    plan.converter.fields |= own
    plan.converter.memos |= {name: Memo(cells.clean_text) for name in own}
    plan.currency = plan.currency or options.currency
    if plan.currency is None:
        plan.currency, note = yuan(columns, MONEY, currency)
        plan.notes += note
    taken = set(plan.converter.fields.values())
    keys = tuple(fields[name] for name in IDENTIFYING if name in fields)
    plan.converter.summary_word = lambda row: summary_word(row, keys)
    plan.converter.may_be_summary = may_be_summary
    plan.converter.extras = tuple(
        choice.index
        for choice in columns.columns
        if choice.index not in taken and choice.header and not is_our_own(choice.header)
    )
    return plan


@dataclass
class _Seen:
    """What the first pass collects: the distinct texts of the columns that need deciding."""

    texts: dict[str, set[str]]
    rows: int = 0
    numbered: list[tuple[str, str, str]] = field(default_factory=list)
    plain_ids: int = 0
    nulls: cells.NullRule = field(default_factory=cells.NullRule)


def _head(table: RawTable) -> tuple[list[str], int, list[list[str]], list[list[str]]]:
    """Return the header, its line, the rows above it and a sample of the rows below."""
    lines: list[int] = []
    rows: list[list[str]] = []
    for chunk in table.chunks():
        lines += chunk.lines[: SAMPLE_ROWS - len(lines)]
        rows += chunk.rows[: SAMPLE_ROWS - len(rows)]
        if len(rows) >= SAMPLE_ROWS:
            break
    where = Where(file=str(table.file), sheet=table.sheet)
    if not rows:
        raise CiError(
            "table-empty",
            msg("There is nothing in it."),
            hint=msg("Check that this is the right file, and that it was saved."),
            where=where,
        )
    position = find_header(rows)
    header = [cell.strip() for cell in rows[position]]
    return header, lines[position], rows[:position], rows[position + 1 :]


def _after(chunks: Iterator[Chunk], header_line: int) -> Iterator[Chunk]:
    for chunk in chunks:
        if chunk.lines and chunk.lines[0] > header_line:
            yield chunk
        else:
            kept = [i for i, line in enumerate(chunk.lines) if line > header_line]
            if kept:
                yield Chunk([chunk.lines[i] for i in kept], [chunk.rows[i] for i in kept])


def _profile(table: RawTable, header_line: int, width: int, fields: dict[str, int]) -> _Seen:
    """Read all rows once and keep the distinct texts of dates, numbers and codes."""
    wanted = {
        name: position
        for name, position in fields.items()
        if name in DATES | MONEY | QUANTITIES | CODES or name == DISCOUNT
    }
    seen = _Seen({name: set() for name in wanted})
    ids, quantity, amount = (
        fields.get(name) for name in ("order.id", "line.quantity", "line.amount")
    )
    holders: dict[int, set[str]] = {}  # columns with a database's word for nothing
    for chunk in _after(table.chunks(), header_line):
        seen.rows += len(chunk.rows)
        rows = chunk.rows
        if set(map(len, rows)) != {width}:
            rows = [row for row in rows if len(row) == width]
        if not rows:
            continue
        cells = list(zip(*rows, strict=True))
        for name, position in wanted.items():
            seen.texts[name].update(cells[position])
        for position, column in enumerate(cells):
            if "NULL" in column or "\\N" in column:
                holders.setdefault(position, set()).update(column)
        if ids is not None:
            _collect_marked(seen, cells, ids, quantity, amount)
    if holders:
        seen.nulls = detect_null_literals(
            {str(position): sorted(texts) for position, texts in holders.items()}
        )
    for texts in seen.texts.values():
        texts.difference_update(seen.nulls.literals)
    return seen


def _collect_marked(
    seen: _Seen, cells: list[tuple[str, ...]], ids: int, quantity: int | None, amount: int | None
) -> None:
    """Keep the rows whose order id begins with a letter: they may be cancellations."""
    blanks = ("",) * len(cells[ids])
    for order_id, units, money in zip(
        cells[ids],
        blanks if quantity is None else cells[quantity],
        blanks if amount is None else cells[amount],
        strict=True,
    ):
        if order_id[:1].isalpha():
            seen.numbered.append((order_id, units, money))
        else:
            seen.plain_ids += 1


def _decide_values(plan: TablePlan, seen: _Seen, options: ImportOptions, zone: str) -> None:
    converter = plan.converter
    choices = {c.field: c for c in plan.columns.columns if c.field is not None}
    typed = plan.table.format in ("xlsx", "xls")

    def where(name: str) -> Where:
        return Where(str(plan.table.file), plan.table.sheet, None, choices[name].header)

    numeric = {
        name: seen.texts[name] for name in choices if name in MONEY | QUANTITIES or name == DISCOUNT
    }
    styles = settle_styles(
        numeric,
        options.decimal,  # type: ignore[arg-type]
        typed=typed,
        quantities=frozenset(name for name in numeric if name in QUANTITIES),
        where=Where(str(plan.table.file), plan.table.sheet),
    )
    plan.currency = currency_of(
        plan.columns, MONEY, styles, Where(str(plan.table.file), plan.table.sheet)
    )
    for name, choice in choices.items():
        if name in DATES:
            style = detect_date_format(
                seen.texts[name],
                options.dates or choice.date_order,  # type: ignore[arg-type]
                zone=zone,
                source_zone=choice.zone,
                where=where(name),
            )
            plan.notes += style.notes
            plan.decisions[name] = style.reason
            converter.memos[name] = Memo(_date_reader(name, style))
        elif name in MONEY:
            plan.decisions[name] = styles[name].reason
            converter.memos[name] = Memo(_money_reader(styles[name], choice.scale))
        elif name in QUANTITIES:
            converter.memos[name] = Memo(_quantity_reader(styles[name], choice.scale))
        elif name == DISCOUNT:
            _decide_discount(plan, seen, styles, choice, where(name))
        elif name in CODES:
            style_of_id = cells.detect_id_style(seen.texts[name])
            converter.memos[name] = Memo(style_of_id.parse)
        else:
            clean = cells.clean_phone if name == "contact.phone" else cells.clean_text
            converter.memos[name] = Memo(clean)
    if DISCOUNT in converter.fields and DISCOUNT not in converter.memos:
        del converter.fields[DISCOUNT]  # nobody can tell what its numbers are: kept as they stand
    if seen.numbered:
        _decide_cancellations(plan, seen, styles)


def _date_reader(name: str, style: DateFormat) -> Callable[[str], Any]:
    if name == "order.date":
        return style.parse

    def day(text: str) -> str | None:
        parsed = style.parse(text)
        return None if parsed is None else parsed[0]

    return day


def _money_reader(style: NumberStyle, scale: Any) -> Callable[[str], int | None]:
    def money(text: str) -> int | None:
        return style.money(text, scale)

    return money


def _quantity_reader(style: NumberStyle, scale: Any) -> Callable[[str], int | None]:
    def quantity(text: str) -> int | None:
        return style.quantity(text, scale)

    return quantity


def _decide_discount(
    plan: TablePlan, seen: _Seen, styles: dict[str, NumberStyle], choice: ColumnChoice,
    where: Where,
) -> None:  # fmt: skip
    fields = plan.converter.fields
    needed = "line.amount" not in fields and {"line.quantity", "line.unit_price"} <= fields.keys()
    plan.discount = detect_discount(
        seen.texts[DISCOUNT], choice.header, styles[DISCOUNT],
        rows=_evidence(plan, styles), needed=needed, scale=choice.scale, where=where,
    )  # fmt: skip
    plan.decisions[DISCOUNT] = plan.discount.reason
    if plan.discount.form != "unclear":
        plan.converter.memos[DISCOUNT] = Memo(plan.discount.parse)


def _evidence(plan: TablePlan, styles: dict[str, NumberStyle]) -> list[Evidence]:
    """Return rows of the sample that hold quantity, price, amount and discount."""
    fields = plan.converter.fields
    names = ("line.quantity", "line.unit_price", "line.amount", DISCOUNT)
    if not all(name in fields for name in names):
        return []
    found = []
    for chunk in plan.data():
        for row in chunk.rows[:SAMPLE_ROWS]:
            try:
                numbers = [styles[name].number(row[fields[name]]) for name in names]
            except (ValueReject, IndexError):
                continue
            if all(number is not None for number in numbers):
                found.append(Evidence(*numbers))  # type: ignore[arg-type]
        break
    return found


def _decide_cancellations(plan: TablePlan, seen: _Seen, styles: dict[str, NumberStyle]) -> None:
    def number(name: str, text: str) -> int | None:
        try:
            return styles[name].quantity(text) if name in styles else None
        except ValueReject:
            return None

    marked = [
        (order_id, number("line.quantity", units), number("line.amount", money))
        for order_id, units, money in seen.numbered
    ]
    rows = [*marked, *[("0", None, None)] * min(seen.plain_ids, len(marked) + 1)]
    plan.cancel_prefix = verdicts.detect_cancel_prefix(rows)
    if plan.cancel_prefix:
        plan.notes.append(
            Note(
                msg(
                    "Order ids with {prefix} before the number are cancellations: they lower the"
                    " revenue of their month and are no purchases.",
                    prefix=plan.cancel_prefix,
                )
            )
        )


def is_our_own(header: str) -> bool:
    """Tell whether a column was written by an export or a file of rejects, beside the data."""
    return header.strip().lower().startswith("ci_")
