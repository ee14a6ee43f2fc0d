"""Import a file of orders: taken apart chunk by chunk, staged, put together, written."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci_cli.importing.line_money import MoneyRules
from ci_cli.importing.order_rows import OrderBuilder, OrderRules
from ci_cli.importing.order_union import (
    MEND,
    Contradiction,
    SeveralMonths,
    unite_orders,
)
from ci_cli.importing.plan import TablePlan
from ci_cli.importing.steps import Context, counted
from ci_cli.importing.values import verdicts
from ci_cli.readers.base import line_of
from ci_cli.report import Note
from ci_cli.store.writes import order_lines, order_staging, orders
from ci_cli.store.writes.lists import Outcome
from ci_cli.text import msg

SHOWN_WORDS = 10
_RARELY = 1_000_000  # containers made and not yet freed; a chunk has some ten thousand


def load_orders(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    """Bring the orders of a file in and say how its rows ended."""
    builder = _staged(context, plan)
    if not plan.settle():
        context.advance(0, plan.rows)  # what a sample suggested does not hold: all of it again
        builder = _staged(context, plan)
    order_lines.write_items(context.conn)
    months = SeveralMonths()
    _set_aside(plan, unite_orders(context.conn, builder.state_of, months))
    if months.first is not None:
        line, order = months.first
        plan.notes.append(
            Note(
                msg("Orders with rows of several months: {n} (the first: {order}, line {line})."
                    " Each counts on its first day; if the rows are sales of their own, undo this"
                    " import and leave the id out: --map order.id=-",
                    n=months.orders, order=order, line=line_of(line)),
                "warning",
            )
        )  # fmt: skip
    plan.nameless = builder.nameless if builder.names_customers else 0
    if builder.unknown_words:
        plan.notes.append(
            Note(
                msg(
                    "Words of a status or type that are not known, counted as sales: {list}.",
                    list=", ".join(sorted(builder.unknown_words)[:SHOWN_WORDS]),
                ),
                "warning",
            )
        )
    if builder.first_ahead is not None:
        line, day = builder.first_ahead
        plan.notes.append(
            Note(
                msg("Rows dated in the future: {n} (the first: {day}, line {line}).",
                    n=builder.ahead, day=day, line=line),
                "warning",
            )
        )  # fmt: skip
    if builder.prices is not None:
        plan.notes += builder.prices.notes()
    whole = context.corrected
    found = orders.load(
        context.conn, describes=builder.describes, batch_id=context.batch_id, file_id=file_id,
        on_match=context.options.on_match, at=context.at, has_cells=builder.has_cells,
        correct=(
            None
            if whole is None
            else lambda: whole.take(plan, context.source, describes=builder.describes)
        ),
    )  # fmt: skip
    _tell_replaced(plan, found)
    return found


def _tell_replaced(plan: TablePlan, found: Outcome) -> None:
    """Say that figures of a wide sheet took the place of those of other files."""
    others = [
        other for other in found.replaced
        # the same file from another folder is next month's, or a corrected one
        if (Path(other.file).name, other.sheet) != (plan.table.file.name, plan.table.sheet)
    ]  # fmt: skip
    if not others:
        return
    names = [
        f"{Path(other.file).name} [{other.sheet}]" if other.sheet else Path(other.file).name
        for other in others
    ]
    n = sum(other.figures for other in others)
    plan.notes.append(
        Note(
            msg(
                "Figures replaced that other files had brought ({files}): {n}. If they speak of"
                " different things, undo this import and give each file a source of its own"
                " (--source).",
                files=", ".join(names), n=n,
            ),
            # a corrected sheet says most things again
            "warning" if n > found.verdicts.get("unchanged", 0) else "info",
        )
    )  # fmt: skip


def _staged(context: Context, plan: TablePlan) -> OrderBuilder:
    """Stage all rows; return what took them apart."""
    conn, converter = context.conn, plan.converter
    converter.required = tuple(
        name for name in ("order.id", "order.date") if name in converter.fields
    )
    builder = OrderBuilder(
        OrderRules(
            source=context.source,
            currency=plan.currency,
            kind_of=verdicts.kind_reader(plan.header_of("order.kind")),
            state_of=verdicts.status_reader(plan.header_of("order.status")),
            cancel_prefix=plan.cancel_prefix,
            last_day=_last_day(context, plan),
            money=MoneyRules(
                discount_is_rate=plan.discount is not None and plan.discount.is_rate,
                cost_is_per_unit=plan.cost_is_per_unit,
            ),
        ),
        converter,
    )
    order_staging.start(conn)
    with _rare_collection():
        for rows in counted(context, plan, converter.tidy(plan.data())):
            order_staging.stage(conn, builder.add(rows))
    return builder


def _last_day(context: Context, plan: TablePlan) -> str:
    """Return the last day that an order may have: a cell stands on the last day of its period."""
    today = context.options.today or context.at[:10]
    return f"{today[:4]}-12-31" if plan.table.cells else today


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Let Python look for reference cycles rarely.

    Rows make millions of lists and tuples and not one cycle; to look at them over and over took
    a sixth of the time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_RARELY, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _set_aside(plan: TablePlan, wrong: dict[int, Contradiction]) -> None:
    """Reject the rows that contradict earlier rows of their order, read again from the file."""
    width = len(plan.header)
    for line, row in plan.rows_again(wrong):
        (row,) = plan.converter.as_read([row[:width]])
        plan.converter.reject(
            line, wrong[line].field, row, wrong[line].reason, MEND, is_conflict=True
        )
