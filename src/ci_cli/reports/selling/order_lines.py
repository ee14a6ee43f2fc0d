"""Order lines that make up a figure, each with its file, sheet and line: what every drill shows."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.report import Column, Money, Note, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.trade import LineDetail
from ci_cli.text import msg

PLACE = (
    Column("batch", msg("import"), "int"),
    Column("file", msg("file")),
    Column("sheet", msg("sheet")),
    Column("line", msg("line"), "int"),
)


def table(lines: Sequence[LineDetail], currency: str) -> Table:
    """Lay out order lines by day; the closing row holds the sum of their amounts."""
    columns = (
        Column("order", msg("order"), "id"),
        Column("day", msg("day"), "date"),
        Column("customer", msg("customer"), "id"),
        Column("customer_name", msg("customer name")),
        Column("product", msg("product"), "id"),
        Column("product_name", msg("product name")),
        Column("category", msg("category")),
        Column("kind", msg("kind"), "state"),
        Column("quantity", msg("quantity"), "quantity"),
        Column("unit_price", msg("unit price"), "money", currency),
        Column("amount", msg("amount"), "money", currency),
        *PLACE,
    )
    ordered = sorted(lines, key=lambda line: (line.day, line.order, line.file, line.line))
    rows = [
        (
            line.order,
            line.day,
            None if line.customer_id is None else customer_code(line.customer_id),
            line.customer or None,
            line.product or None,
            line.product_name or None,
            line.category or None,
            line.kind,
            line.quantity,
            line.unit_price,
            line.amount,
            line.batch,
            line.file,
            line.sheet,
            line.line,
        )
        for line in ordered
    ]
    total = sum(line.amount for line in lines)
    closing = tuple(total if column.key == "amount" else None for column in columns)
    return Table("lines", columns, rows, total=closing)


def note(lines: Sequence[LineDetail], total: int, currency: str) -> Note:
    """Say how many lines there are, from how many files, and what they add up to."""
    return Note(
        msg(
            "Order lines: {lines}, from files: {files}. Together {total}.",
            lines=len(lines),
            files=len({line.file for line in lines}),
            total=Money(total, currency),
        )
    )
