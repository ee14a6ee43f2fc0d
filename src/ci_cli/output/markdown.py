"""Markdown for a page or a message: pipe tables whose cells mean nothing but themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ci_cli.output.chart_text import chart_lines
from ci_cli.output.layout import Grid, grid_of
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.output.screen import as_of_line, no_rows, note_text
from ci_cli.report import Report, Table
from ci_cli.text import translate

_MEANINGFUL = re.compile(r"([\\`*_\[\]<>|~&$])")


def write(report: Report, out: TextSink, options: Options) -> None:  # noqa: ARG001
    """Write title, tables and notes in the person's language."""
    out.write(f"## {escaped(translate(report.title))}\n")
    as_of = as_of_line(report)
    if as_of:
        out.write(f"\n{escaped(as_of)}\n")
    for table in report.tables:
        out.write("\n")
        if table.title is not None:
            out.write(f"### {escaped(translate(table.title))}\n\n")
        _write_table(table, out)
    for chart in report.charts:
        # safe text has no line break, so nothing in it can end the block
        out.write("\n```text\n" + "\n".join(chart_lines(chart, safe_text)) + "\n```\n")
    if report.notes:
        out.write("\n")
    for note in report.notes:
        out.write(f"- {escaped(note_text(note))}\n")


def escaped(text: str) -> str:
    """Return ``text`` so that Markdown shows it as it stands."""
    return _MEANINGFUL.sub(r"\\\1", safe_text(text))


def _write_table(table: Table, out: TextSink) -> None:
    if not table.rows:
        out.write(f"{escaped(no_rows())}\n")
        return
    grid = grid_of(table, escaped, sparks=True)
    out.write(_line(grid.headings))
    out.write(_line([_rule(grid, i) for i in range(len(grid.headings))]))
    for row in grid.rows:
        out.write(_line(row))
    if grid.total is not None:
        out.write(_line([f"**{text.strip()}**" if text.strip() else "" for text in grid.total]))


def _rule(grid: Grid, index: int) -> str:
    return "--:" if grid.is_figure(index) else ":--"


def _line(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.strip() for text in texts) + " |\n"
