"""Json for programs: ``{"meta": …, "rows": […]}``, every figure an exact decimal literal.

The literals are written by us because the standard encoder knows only binary floats, and money
must arrive with the digits that it has. Nothing in the text is lost: characters that could act on
a terminal are written as json escapes, which a parser turns back.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from ci_cli.output.cells import NUMERIC_KINDS, each, exact, in_parts, is_missing, words
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import is_hidden
from ci_cli.report import Column, Report, Table
from ci_cli.text import Msg, translate


def write(report: Report, out: TextSink, options: Options) -> None:  # noqa: ARG001
    """Write ``meta``, ``rows`` and ``total`` of the main table, and the further ``tables``."""
    main = report.tables[0] if report.tables else Table(report.key, (), [])
    meta = {
        "report": report.key,
        "title": report.title,
        **report.meta,
        "columns": _columns(main.columns),
        "notes": [{"level": note.level, "text": note.text} for note in report.notes],
    }
    out.write(f'{{\n"meta": {text_of(meta)},\n"rows": [')
    _write_rows(main.columns, main.rows, out)
    out.write("]")
    if main.total is not None:
        out.write(f',\n"total": {_total(main.columns, main.total)}')
    if len(report.tables) > 1:
        out.write(',\n"tables": {')
        for number, table in enumerate(report.tables[1:]):
            out.write(",\n" if number else "\n")
            _write_table(table, out)
        out.write("\n}")
    if report.charts:
        charts = [dataclasses.asdict(chart) for chart in report.charts]
        for plain, chart in zip(charts, report.charts, strict=True):
            plain |= {"title": chart.title, "remark": chart.remark}
        out.write(f',\n"charts": {text_of(charts)}')
    out.write("\n}\n")


def write_rows(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], out: TextSink, options: Options
) -> int:
    """Write ``{"meta": …, "rows": […]}``, a few thousand at a time; return how many."""
    meta = {"rows": options.key, **options.meta, "columns": _columns(columns)}
    out.write(f'{{\n"meta": {text_of(meta)},\n"rows": [')
    count = _write_rows(columns, rows, out)
    out.write("]\n}\n")
    return count


def _write_table(table: Table, out: TextSink) -> None:
    title = table.title if table.title is not None else table.key
    out.write(f'{text_of(table.key)}: {{"title": {text_of(title)}, ')
    out.write(f'"columns": {text_of(_columns(table.columns))}, "rows": [')
    _write_rows(table.columns, table.rows, out)
    out.write("]")
    if table.total is not None:
        out.write(f', "total": {_total(table.columns, table.total)}')
    out.write("}")


def _write_rows(columns: Sequence[Column], rows: Iterable[Sequence[Any]], out: TextSink) -> int:
    count = 0
    for size, cells in in_parts(rows):
        texts = [_members(column, cells[i]) for i, column in enumerate(columns)]
        members = zip(*texts, strict=True) if texts else repeat((), size)
        lines = ["{" + ", ".join(line) + "}" for line in members]
        out.write((",\n" if count else "\n") + ",\n".join(lines))
        count += size
    if count:
        out.write("\n")
    return count


def _total(columns: Sequence[Column], row: Sequence[Any]) -> str:
    parts = [_members(column, [cell])[0] for column, cell in zip(columns, row, strict=True)]
    return "{" + ", ".join(parts) + "}"


def _members(column: Column, values: Sequence[Any]) -> list[str]:
    """Return ``"key": value`` for each value of a column."""
    name = text_of(column.key) + ": "
    return each(lambda value: name + _value(column, value), values)


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {"key": c.key, "kind": c.kind, "unit": c.unit} if c.unit else {"key": c.key, "kind": c.kind}
        for c in columns
    ]


def _value(column: Column, value: Any) -> str:
    if is_missing(value):
        return "null"
    if column.kind in NUMERIC_KINDS:
        return exact(column.kind, value) or "null"
    if column.kind == "spark":
        return "[" + ", ".join(exact("number", v) or "null" for v in value) + "]"
    return text_of(words(value))


def text_of(value: Any) -> str:
    """Return ``value`` as json; sentences are translated, characters that act are escaped."""
    text = json.dumps(_plain(value), ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(json.dumps(c)[1:-1] if is_hidden(c) else c for c in text)


def _plain(value: Any) -> Any:
    if isinstance(value, Msg):
        return translate(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return str(value)
