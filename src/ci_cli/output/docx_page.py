"""A report as a Word document: headings, tables whose first row comes again on each page, notes.

The few parts of the format that it needs (ECMA-376, WordprocessingML) are written as they are;
rows stream into the archive. Nothing in it is fetched, run or linked, and the same report gives
the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import escape

from ci_cli.output.chart_text import chart_lines
from ci_cli.output.layout import Grid, grid_of
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.output.screen import as_of_line, no_rows, note_text
from ci_cli.report import Report, Table
from ci_cli.text import translate

_MOMENT = (1980, 1, 1, 0, 0, 0)  # of every part: the first that an archive knows
_BROAD = 7  # columns; a wider table turns the paper
_MOST = 63  # columns of a table in Word
_OFFICE = "http://schemas.openxmlformats.org"
_WORDS = f"{_OFFICE}/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats'
        '-officedocument.wordprocessingml.document.main+xml"/>'
        '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats'
        '-officedocument.wordprocessingml.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument/2006/relationships/styles"'
        ' Target="styles.xml"/></Relationships>'
    ),
}
_FONT = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'


def write(report: Report, out: BinaryIO, options: Options) -> None:  # noqa: ARG001
    """Write the report in the person's language."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, "word/styles.xml": _styles()}.items():
            archive.writestr(_part(name), _HEAD + content)
        with archive.open(_part("word/document.xml"), "w", force_zip64=True) as document:
            for piece in _document(report):
                document.write(piece.encode("utf-8"))


def _part(name: str) -> zipfile.ZipInfo:
    part = zipfile.ZipInfo(name, _MOMENT)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _document(report: Report) -> Iterator[str]:
    yield f'{_HEAD}<w:document xmlns:w="{_WORDS}"><w:body>'
    yield _paragraph(translate(report.title), "Title")
    as_of = as_of_line(report)
    if as_of:
        yield _paragraph(as_of)
    for table in report.tables:
        yield from _table(table)
    for chart in report.charts:
        for line in chart_lines(chart, safe_text):
            yield _paragraph(line, "Chart")
    if report.notes:
        yield _paragraph("")
    for note in report.notes:
        yield _paragraph(f"• {note_text(note)}", "Note")
    wide = any(len(table.columns) > _BROAD and not table.is_card for table in report.tables)
    paper = 'w:w="16838" w:h="11906" w:orient="landscape"' if wide else 'w:w="11906" w:h="16838"'
    margins = " ".join(
        f'w:{side}="850"' for side in ("top", "right", "bottom", "left", "header", "footer")
    )
    yield f'<w:sectPr><w:pgSz {paper}/><w:pgMar {margins} w:gutter="0"/></w:sectPr>'
    yield "</w:body></w:document>"


def _table(table: Table) -> Iterator[str]:
    if table.title is not None:
        yield _paragraph(translate(table.title), "Heading2")
    if not table.rows:
        yield _paragraph(no_rows())
        return
    whole = grid_of(table, _text_of, sparks=True)
    for grid in (whole,) if whole.is_card else _bands(whole):
        yield from _grid(grid)


def _bands(grid: Grid) -> Iterator[Grid]:
    """Yield a table in parts that Word can hold, each with the first column."""
    for start in range(1, max(len(grid.headings), 2), _MOST - 1):
        places = [0, *range(start, min(start + _MOST - 1, len(grid.headings)))]
        yield Grid(
            [grid.columns[place] for place in places],
            [grid.headings[place] for place in places],
            [[row[place] for place in places] for row in grid.rows],
            None if grid.total is None else [grid.total[place] for place in places],
        )


def _grid(grid: Grid) -> Iterator[str]:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="BBBBBB"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = 2 if grid.is_card else len(grid.headings)
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{'<w:gridCol/>' * columns}</w:tblGrid>"
    )
    if grid.is_card:
        for place, heading in enumerate(grid.headings):
            cells = _cell(heading, bold=True) + _cell(grid.rows[0][place])
            yield f"<w:tr>{cells}</w:tr>"
    else:
        yield _row(grid, grid.headings, bold=True, again=True)
        for row in grid.rows:
            yield _row(grid, row)
        if grid.total is not None:
            yield _row(grid, grid.total, bold=True)
    yield "</w:tbl>"
    yield _paragraph("")  # two tables that touch would be one


def _row(grid: Grid, texts: Sequence[str], *, bold: bool = False, again: bool = False) -> str:
    repeated = "<w:tblHeader/>" if again else ""
    cells = "".join(
        _cell(text, bold=bold, right=grid.is_figure(place)) for place, text in enumerate(texts)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell(text: str, *, bold: bool = False, right: bool = False) -> str:
    """Return a cell of text that is escaped already."""
    side = '<w:jc w:val="right"/>' if right else ""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:tc><w:p><w:pPr><w:pStyle w:val="Cell"/>{side}</w:pPr>'
        f'<w:r>{weight}<w:t xml:space="preserve">{text.strip()}</w:t></w:r></w:p></w:tc>'
    )


def _paragraph(text: str, style: str | None = None) -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{_text_of(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{kind}{run}</w:p>"


def _text_of(text: str) -> str:
    return escape(safe_text(text))


def _styles() -> str:
    """Return the styles: half points for sizes, twentieths of a point for spaces."""

    def style(name: str, label: str, size: int, more: str = "", font: str = "") -> str:
        return (
            f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{label}"/>'
            f'<w:basedOn w:val="Normal"/><w:pPr>{more}</w:pPr>'
            f'<w:rPr>{font}<w:sz w:val="{size}"/></w:rPr></w:style>'
        )

    none = '<w:spacing w:before="0" w:after="0"/>'
    fixed = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    return (
        f'<w:styles xmlns:w="{_WORDS}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONT}'
        '<w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="80"/></w:pPr></w:style>'
        + style("Title", "Title", 36, '<w:spacing w:after="160"/>', "<w:b/>")
        + style("Heading2", "heading 2", 26,
                '<w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="1"/>',
                "<w:b/>")
        + style("Cell", "Cell", 17, none)
        + style("Note", "Note", 17, none)
        + style("Chart", "Chart", 16, none, fixed)
        + "</w:styles>"
    )  # fmt: skip
