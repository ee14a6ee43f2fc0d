"""``report pivot --drill``: the facts behind one cell, each with its place in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Kind, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.programme.pivot import Shown, dimension_label, key_label
from ci_cli.reports.selling import order_lines
from ci_cli.shapes.pivots import DealLine, Key, TalkLine
from ci_cli.shapes.trade import LineDetail
from ci_cli.text import Msg, msg


def build(shown: Shown, facts: Sequence[Any], row: Key, column: Key) -> Report:
    """Lay out the facts of one place of a pivot.

    Args:
        shown: the pivot.
        facts: from ``store.pivot.facts_of``, of the base that the pivot is of.
        row: key of the row; None: all rows.
        column: key of the column; None: all columns.

    Raises:
        CiError: ``pivot-total-mismatch``, exit 70, where the facts do not add up to the cell.
    """
    sums = shown.grid.places[row, column]
    if shown.base == "orders":
        lines = cast(Sequence[LineDetail], facts)
        total = sum(line.amount for line in lines)
        _check((total, len(lines)), (sums["net"], sums["lines"]))
        table = order_lines.table(lines, shown.currency)
        note = order_lines.note(lines, total, shown.currency)
    elif shown.base == "opportunities":
        _check((len(facts),), (sums["deals"],))
        table, note = _deals(facts, shown.currency), _number(facts)
    else:
        _check((len(facts),), (sums["contacts"],))
        table, note = _talks(facts), _number(facts)
    return Report(
        "pivot-drill",
        _title(shown, row, column),
        [table],
        {
            "as_of": shown.as_of,
            "currency": shown.currency or None,
            "of": shown.base,
            "row": row,
            "column": column,
        },
        [note],
    )


def _check(found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        raise CiError(
            "pivot-total-mismatch",
            msg("The facts behind this cell do not add up to it: {found} is not {expected}.",
                found=str(found), expected=str(expected)),
            hint=msg("This is a fault of the program. Run: ci-cli db check"),
            exit_code=ExitCode.UNFORESEEN,
        )  # fmt: skip


def _title(shown: Shown, row: Key, column: Key) -> Msg:
    parts = (
        (shown.row_name, row, shown.row_labels, shown.cut_rows),
        (shown.column_name, column, shown.column_labels, shown.cut_columns),
    )
    said = [
        (dimension_label(name), key_label(name, key, labels, cut))
        for name, key, labels, cut in parts
        if key is not None and name
    ]
    if not said:
        return msg("All facts")
    if len(said) == 1:
        return msg("Facts behind {name} {value}", name=said[0][0], value=said[0][1])
    return msg(
        "Facts behind {row_name} {row}, {column_name} {column}",
        row_name=said[0][0], row=said[0][1], column_name=said[1][0], column=said[1][1],
    )  # fmt: skip


def _number(facts: Sequence[DealLine | TalkLine]) -> Note:
    typed = sum(one.file is None for one in facts)
    files = len({one.file for one in facts if one.file is not None})
    return Note(
        msg("Facts: {n}, from files: {files}. Typed in: {typed}.", n=len(facts), files=files,
            typed=typed)
    )  # fmt: skip


def _deals(facts: Sequence[DealLine], currency: str) -> Table:
    columns = (
        *_columns(
            ("opportunity", msg("opportunity"), "text"), ("customer", msg("customer"), "id"),
            ("customer_name", msg("customer name"), "text"), ("product", msg("product"), "text"),
            ("owner", msg("owner"), "text"), ("stage", msg("stage"), "text"),
            ("outcome", msg("outcome"), "state"), ("opened", msg("opened"), "date"),
            ("closed", msg("closed"), "date"),
        ),
        Column("value", msg("value"), "money", currency),
        *order_lines.PLACE,
    )  # fmt: skip
    rows = [(one.name, _code(one), one.customer or None, *one[3:]) for one in facts]
    total = sum(one.value or 0 for one in facts)
    closing = tuple(total if column.key == "value" else None for column in columns)
    return Table("opportunities", columns, rows, total=closing)


def _talks(facts: Sequence[TalkLine]) -> Table:
    columns = (
        *_columns(
            ("day", msg("day"), "date"), ("kind", msg("kind"), "state"),
            ("topic", msg("topic"), "text"), ("customer", msg("customer"), "id"),
            ("customer_name", msg("customer name"), "text"), ("owner", msg("owner"), "text"),
            ("outcome", msg("outcome"), "state"), ("text", msg("text"), "text"),
        ),
        *order_lines.PLACE,
    )  # fmt: skip
    rows = [(*one[:3], _code(one), one.customer or None, *one[5:]) for one in facts]
    return Table("interactions", columns, rows)


def _columns(*told: tuple[str, Msg, Kind]) -> list[Column]:
    return [Column(key, label, kind) for key, label, kind in told]


def _code(one: DealLine | TalkLine) -> str | None:
    return None if one.customer_id is None else customer_code(one.customer_id)
