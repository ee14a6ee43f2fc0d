"""A table as an import understands it, for a person to look at before it goes in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ci_cli.report import QUANTITY_SCALE, Column, Kind, Note, Report, Table
from ci_cli.text import listed, msg, translate

if TYPE_CHECKING:
    from ci_cli.importing.convert import Converter
    from ci_cli.importing.plan import TablePlan

SHOWN_ROWS = 4
_LOOKED_AT = 200  # rows in which the first readable ones are sought


def understood(plan: TablePlan, currency: str) -> Report:
    """Return the first rows as typed values, what each column is taken for and why.

    Args:
        plan: the decisions on the table.
        currency: of amounts that name none.
    """
    name = plan.table.file.name
    first, unreadable = _first_rows(plan, currency)
    return Report(
        "import-understood",
        msg("{file}: {kind} ({why}), rows: {rows}",
            file=f"{name} [{plan.table.sheet}]" if plan.table.sheet else name,
            kind=plan.columns.kind, why=plan.columns.kind_reason, rows=plan.rows),
        [first, _columns(plan)],
        notes=[*_kept(plan), *plan.table.notes, *plan.all_notes, *unreadable],
    )  # fmt: skip


def _first_rows(plan: TablePlan, currency: str) -> tuple[Table, list[Note]]:
    lines, rows = _sample(plan)
    # what the converter works on is the plan's own: looking must not count as reading
    reader = replace(plan.converter, rejects=[], summaries=[], read=0)
    from ci_cli.readers.base import Chunk, line_of

    names = [c.field for c in plan.columns.columns if c.field in reader.memos]
    columns = (
        Column("line", msg("line"), "int"),
        *(_column(plan, str(name), plan.currency or currency) for name in names),
    )
    shown: list[tuple[Any, ...]] = []
    for found in reader.convert(iter([Chunk(lines, rows)])):
        cells = [found.column(str(name)) for name in names]
        shown += [
            (line_of(line), *(_cell(column, values[index]) for column, values in
                     zip(columns[1:], cells, strict=True)))
            for index, line in enumerate(found.lines[:SHOWN_ROWS])
        ]  # fmt: skip
    title = msg("The first rows as they are understood")
    return Table("first_rows", columns, shown[:SHOWN_ROWS], title=title), _unreadable(reader)


def _unreadable(reader: Converter) -> list[Note]:
    if not reader.rejects:
        return []
    from ci_cli.readers.base import line_of

    first = reader.rejects[0]
    return [
        Note(
            msg("Of the first rows, {n} cannot be read. Line {line}: {why}", n=len(reader.rejects),
                line=line_of(first.where.line or 0), why=first.reason),
            "warning",
        )
    ]  # fmt: skip


def _sample(plan: TablePlan) -> tuple[list[int], list[list[str]]]:
    for chunk in plan.data():
        if chunk.rows:
            return chunk.lines[:_LOOKED_AT], chunk.rows[:_LOOKED_AT]
    return [], []


def _column(plan: TablePlan, name: str, currency: str) -> Column:
    from ci_cli.importing.evidence import CODES, DATES, DISCOUNT, MONEY, QUANTITIES

    kind: Kind = "text"
    if name in CODES:
        kind = "id"
    elif name in MONEY or (name == DISCOUNT and not _is_rate(plan)):
        return Column(name, name, "money", currency or None)
    elif name == DISCOUNT:
        kind = "percent"
    elif name in QUANTITIES:
        kind = "quantity"
    elif name in DATES:
        kind = "date"
    return Column(name, name, kind)


def _is_rate(plan: TablePlan) -> bool:
    return plan.discount is not None and plan.discount.is_rate


def _cell(column: Column, value: Any) -> Any:
    if isinstance(value, tuple):  # day and time of an order
        return value[0]
    if column.kind == "percent" and value is not None:
        return value / QUANTITY_SCALE
    return value


def _columns(plan: TablePlan) -> Table:
    rows = [
        (choice.header, choice.field, translate(plan.decisions.get(choice.field, choice.reason)))
        for choice in plan.columns.columns
        if choice.field is not None
    ]
    columns = (
        Column("header", msg("header")), Column("field", msg("field"), "state"),
        Column("why", msg("why")),
    )  # fmt: skip
    return Table("columns", columns, rows, title=msg("Columns"))


def _kept(plan: TablePlan) -> list[Note]:
    kept = [plan.header[index] for index in plan.converter.extras]
    return [Note(msg("kept as they are: {list}", list=listed(kept)))] if kept else []
