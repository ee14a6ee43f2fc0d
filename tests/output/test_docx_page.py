"""The Word document, read as the archive of XML that it is."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from output_samples import HOSTILE

from ci_cli.errors import CiError
from ci_cli.output.docx_page import write
from ci_cli.output.options import Options
from ci_cli.output.render import write_report
from ci_cli.output.safe import safe_text
from ci_cli.readers.prose import read_prose
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARKUP = ["<w:p/>", "</w:t></w:r>", "a & b", "]]>", "&amp;"]


def written(report: Report) -> bytes:
    out = io.BytesIO()
    write(report, out, Options())
    return out.getvalue()


def body(report: Report) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(written(report))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            part = archive.read(name).decode("utf-8")
            ET.fromstring(part)
            assert "TargetMode" not in part  # nothing outside the file
        return ET.fromstring(archive.read("word/document.xml"))


def said(node: ET.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{W}t"))


def tables(root: ET.Element) -> list[list[list[str]]]:
    return [
        [[said(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
        for table in root.iter(f"{W}tbl")
    ]


def paragraphs(root: ET.Element) -> list[tuple[str | None, str]]:
    found = []
    for node in root.findall(f"{W}body/{W}p"):
        style = node.find(f"{W}pPr/{W}pStyle")
        if said(node):
            found.append((None if style is None else style.get(f"{W}val"), said(node)))
    return found


def test_names_mean_nothing_but_themselves() -> None:
    names = [*HOSTILE, *MARKUP]
    report = Report("r", msg("{name}", name=MARKUP[1]), [
        Table("t", (Column("n", MARKUP[0]),), [(name,) for name in names])
    ])  # fmt: skip
    root = body(report)
    assert tables(root) == [[[MARKUP[0]], *([safe_text(name).strip()] for name in names)]]
    assert paragraphs(root) == [("Title", MARKUP[1])]


def test_tables_totals_and_notes(full: Report) -> None:
    root = body(full)
    told = paragraphs(root)
    assert told[0] == ("Title", "score")
    assert (None, "As of 2011-12-09") in told
    assert ("Heading2", "Contacts") in told
    assert told[-1] == ("Note", "• Warning: Saved: a warning")
    main = tables(root)[0]
    assert main[-1][0] == "total"
    assert "-511,111.12" in main[-1]
    assert all(len(row) == len(main[0]) for row in main)
    assert paragraphs(body(Report("r", msg("trend"), [Table("t", (), [])])))[-1][1] == "No rows."


def test_a_card_is_read_line_by_line() -> None:
    columns = (Column("n", "name"), Column("k", "count", "int"))
    report = Report("r", msg("trend"), [Table("c", columns, [("Ann", 1200)], is_card=True)])
    assert tables(body(report)) == [[["name", "Ann"], ["count", "1,200"]]]


@pytest.mark.parametrize("width", [1, 63, 64, 150])
def test_no_table_is_wider_than_word_can_hold_and_no_column_is_lost(width: int) -> None:
    columns = tuple(Column(f"c{n}", f"h{n}", "int") for n in range(width))
    rows = [tuple(range(width)), tuple(range(width, 2 * width))]
    parts = tables(body(Report("r", msg("trend"), [Table("t", columns, rows)])))
    assert all(len(row) <= 63 for part in parts for row in part)
    joined = [parts[0][line][:1] + [cell for part in parts for cell in part[line][1:]]
              for line in range(3)]  # fmt: skip
    assert joined == [[f"h{n}" for n in range(width)], *([str(n) for n in row] for row in rows)]
    assert {part[1][0] for part in parts} == {"0"}  # the first column says which row it is


def test_a_wide_table_turns_the_paper(full: Report) -> None:
    def turned(count: int) -> bool:
        columns = tuple(Column(f"c{n}", "h") for n in range(count))
        root = body(Report("r", msg("trend"), [Table("t", columns, [("x",) * count])]))
        size = next(root.iter(f"{W}pgSz"))
        return size.get(f"{W}orient") == "landscape"

    assert not turned(7)
    assert turned(8)


def test_the_same_report_gives_the_same_bytes(charted: Report) -> None:
    assert written(charted) == written(charted)


def test_it_is_saved_and_read_again_and_never_shown(charted: Report, tmp_path: Path) -> None:
    file = tmp_path / "page.docx"
    write_report(charted, target=file, quiet=True)
    text = read_prose(file).text
    assert "score" in text
    assert "since 2011-04" in text
    with pytest.raises(CiError) as caught:
        write_report(charted, format="docx")
    assert caught.value.code == "format-needs-file"
