"""The report as people read it: tables in a terminal, aligned plain text in a pipe.

To a terminal: colours, a rule under the headings, everything inside its width. To a pipe, a file
or a dumb terminal: the same figures in plain columns, no colour, no box characters, never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from ci_cli.output.cells import SPARKS
from ci_cli.output.chart_text import chart_lines
from ci_cli.output.layout import (
    GAP,
    Grid,
    bands,
    fit_widths,
    grid_of,
    natural_widths,
    plain_lines,
    records,
)
from ci_cli.output.medium import Medium, TextSink, console_of, medium_of
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.output.wrapping import MOST_LINES, width_of, wrapped
from ci_cli.report import Note, Report, Table
from ci_cli.text import msg, translate

if TYPE_CHECKING:
    from rich.console import Console

_LEAST_LABEL = 6
_Fit = Callable[[str], str]


def show(
    report: Report, stream: TextIO, *, no_color: bool = False, width: int | None = None
) -> None:
    """Write ``report`` to a text stream, as well as the stream can show it."""
    medium = medium_of(stream, no_color=no_color, width=width)
    if medium.terminal:
        _show_in_terminal(report, medium)
    else:
        for line in _lines(report, medium.fit, sparks=medium.can_show(SPARKS)):
            stream.write(line + "\n")
    stream.flush()


def write(report: Report, out: TextSink, options: Options) -> None:  # noqa: ARG001
    """Write ``report`` as plain aligned text, for a file in utf-8."""
    for line in _lines(report, safe_text, sparks=True):
        out.write(line + "\n")


def as_of_line(report: Report) -> str | None:
    """Return the sentence that names the day the figures speak for; None where the title does."""
    day = report.meta.get("as_of")
    if not day or str(day) in translate(report.title):
        return None
    return translate(msg("As of {day}", day=day))


def no_rows() -> str:
    """Return what stands in the place of an empty table."""
    return translate(msg("No rows."))


# --- plain ------------------------------------------------------------------------------------


def _lines(report: Report, fit: _Fit, *, sparks: bool) -> Iterator[str]:
    yield fit(translate(report.title))
    as_of = as_of_line(report)
    if as_of:
        yield fit(as_of)
    for table in report.tables:
        yield ""
        if table.title is not None:
            yield fit(translate(table.title))
        yield from _table_lines(table, fit, sparks=sparks)
    for chart in report.charts if sparks else ():
        yield from ("", *chart_lines(chart, fit))
    if report.notes:
        yield ""
    for note in report.notes:
        yield fit(note_text(note))


def _table_lines(table: Table, fit: _Fit, *, sparks: bool) -> list[str]:
    if not table.rows:
        return [fit(no_rows())]
    return plain_lines(grid_of(table, fit, sparks=sparks))


def note_text(note: Note) -> str:
    """Return a note in the person's language; a warning says that it is one."""
    text = translate(note.text)
    return translate(msg("Warning: {sentence}", sentence=text)) if note.level == "warning" else text


# --- terminal ---------------------------------------------------------------------------------


def _show_in_terminal(report: Report, medium: Medium) -> None:
    from rich.text import Text

    console = console_of(medium)

    def say(text: str, style: str) -> None:
        _print_text(medium.fit(text), style, console)

    say(translate(report.title), "bold")
    as_of = as_of_line(report)
    if as_of:
        say(as_of, "dim")
    for table in report.tables:
        console.print()
        if table.title is not None:
            say(translate(table.title), "bold")
        if table.rows:
            _print_table(table, medium, console)
        else:
            say(no_rows(), "dim")
    for chart in report.charts if medium.can_show(SPARKS) else ():
        console.print()
        for line in chart_lines(chart, medium.fit, console.width):
            console.print(Text(line, no_wrap=True, overflow="crop"))
    if report.notes:
        console.print()
    for note in report.notes:
        say(note_text(note), "yellow" if note.level == "warning" else "dim")


def _print_text(text: str, style: str, console: Console) -> None:
    from rich.text import Text

    console.print(Text("\n".join(wrapped(text, console.width)), style=style))


def _print_table(table: Table, medium: Medium, console: Console) -> None:
    has_sparks = medium.can_show(SPARKS) and any(c.kind == "spark" for c in table.columns)
    grid = grid_of(table, medium.fit, sparks=has_sparks)
    if grid.is_card:
        _print_records(grid, console)
        return
    widths = fit_widths(grid, console.width, roomy=has_sparks)
    if widths is None and has_sparks:  # small charts go first: they repeat the figures beside them
        without = grid_of(table, medium.fit, sparks=False)
        widths = fit_widths(without, console.width)
        grid = without if widths is not None else grid
    cut = [(grid, widths)] if widths is not None else bands(grid, console.width)
    if cut is None:
        _print_records(grid, console)
        return
    for number, (band, band_widths) in enumerate(cut):
        if number:
            console.print()
        _print_grid(band, band_widths, medium, console)


def _print_grid(grid: Grid, widths: list[int], medium: Medium, console: Console) -> None:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    mark = "…" if medium.can_show("…") else "..."

    def cell(text: str, width: int) -> Text:
        return Text("\n".join(wrapped(text, width, most=MOST_LINES, mark=mark)))

    table = RichTable(
        box=box.SIMPLE,
        show_edge=False,
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),  # the box adds one cell between columns
        show_footer=grid.total is not None,
        header_style="bold",
        footer_style="bold",
    )
    for i, heading in enumerate(grid.headings):
        table.add_column(
            cell(heading, widths[i]),
            cell(grid.total[i], widths[i]) if grid.total else "",
            justify="right" if grid.is_figure(i) else "left",
            width=widths[i],
            overflow="fold",
        )
    for row in grid.rows:
        table.add_row(*(cell(text, widths[i]) for i, text in enumerate(row)))
    console.print(table)


def _print_records(grid: Grid, console: Console) -> None:
    """Lay each row out on its own lines: a single record, or a table too wide even in bands."""
    from rich.table import Table as RichTable
    from rich.text import Text

    widths = natural_widths(grid)
    figures = [w for i, w in enumerate(widths) if grid.is_figure(i)]
    label_width = min(
        max(map(width_of, grid.headings)),
        console.width - GAP - max([*figures, console.width // 2]),
    )
    for number, record in enumerate(records(grid)):
        if number:
            console.print()
        if label_width < _LEAST_LABEL:
            for heading, text in record:
                console.print(Text(heading, style="bold"), Text(text), sep="\n", overflow="fold")
            continue
        block = RichTable.grid(padding=(0, GAP, 0, 0))
        block.add_column(width=label_width, overflow="fold")
        block.add_column(overflow="fold")
        for heading, text in record:
            lines = wrapped(text, console.width - label_width - GAP)
            block.add_row(Text(heading, style="bold"), Text("\n".join(lines)))
        console.print(block)
