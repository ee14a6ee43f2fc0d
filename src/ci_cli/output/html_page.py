"""One page of HTML for a mail, an intranet or a printer: no script, no link, nothing to fetch.

What comes from files is text and nothing else, charts are the drawings of :mod:`ci_cli.output.svg`,
and the page forbids itself to load anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ci_cli.output import svg
from ci_cli.output.layout import Grid, grid_of
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.output.screen import as_of_line, no_rows, note_text
from ci_cli.report import Report, Table
from ci_cli.text import language, translate

_STYLE = (
    "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;color:#222;margin:2rem auto;"
    "padding:0 1rem;max-width:72rem}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}"
    ".wide{overflow-x:auto}table{border-collapse:collapse}"
    "th,td{padding:.25rem .75rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "th{border-bottom:2px solid #888}.n{text-align:right;font-variant-numeric:tabular-nums}"
    "tfoot td{font-weight:600;border-top:2px solid #888}.notes{color:#555}.warning{color:#a93226}"
    "svg{max-width:100%;height:auto}@media print{.wide{overflow:visible}h2{break-after:avoid}}"
)


def write(report: Report, out: TextSink, options: Options) -> None:
    """Write the report as one page in the person's language."""
    title = text_of(translate(report.title))
    out.write(
        f'<!DOCTYPE html>\n<html lang="{language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    )
    as_of = as_of_line(report)
    if as_of:
        out.write(f"<p>{text_of(as_of)}</p>\n")
    for table in report.tables:
        for line in _table_lines(table):
            out.write(line + "\n")
    if report.charts:
        svg.write(report, out, options)
    if report.notes:
        out.write('<ul class="notes">\n')
        for note in report.notes:
            out.write(f'<li class="{note.level}">{text_of(note_text(note))}</li>\n')
        out.write("</ul>\n")
    out.write("</body>\n</html>\n")


def text_of(text: str) -> str:
    """Return ``text`` so that a browser shows it as it stands."""
    return escape(safe_text(text))


def _table_lines(table: Table) -> Iterator[str]:
    if table.title is not None:
        yield f"<h2>{text_of(translate(table.title))}</h2>"
    if not table.rows:
        yield f"<p>{text_of(no_rows())}</p>"
        return
    grid = grid_of(table, text_of, sparks=True)
    yield '<div class="wide"><table>'
    if grid.is_card:
        for place, heading in enumerate(grid.headings):
            yield f"<tr><th>{heading}</th>{_cell(grid, place, grid.rows[0][place])}</tr>"
    else:
        yield f"<thead>{_row(grid, grid.headings, 'th')}</thead>"
        yield "<tbody>"
        for row in grid.rows:
            yield _row(grid, row)
        yield "</tbody>"
        if grid.total is not None:
            yield f"<tfoot>{_row(grid, grid.total)}</tfoot>"
    yield "</table></div>"


def _row(grid: Grid, texts: Sequence[str], tag: str = "td") -> str:
    return f"<tr>{''.join(_cell(grid, i, text, tag) for i, text in enumerate(texts))}</tr>"


def _cell(grid: Grid, place: int, text: str, tag: str = "td") -> str:
    figure = ' class="n"' if grid.is_figure(place) else ""
    return f"<{tag}{figure}>{text.strip()}</{tag}>"
