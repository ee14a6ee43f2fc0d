"""Markdown, read by an independent parser."""

from __future__ import annotations

import io

from markdown_it import MarkdownIt
from output_samples import HOSTILE

from ci_cli.output.markdown import write
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def written(report: Report) -> str:
    out = io.StringIO()
    write(report, out, Options())
    return out.getvalue()


def cells(source: str) -> list[list[str]]:
    """Return the texts of all table cells, row by row; fail on anything but text in them."""
    rows: list[list[str]] = []
    inside = False
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(source):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open", "td_close", "th_close"):
            inside = token.type.endswith("open")
        elif inside:
            parts = token.children or []
            assert {part.type for part in parts} <= {"text", "text_special"}, token.content
            rows[-1].append("".join(part.content for part in parts))
    return rows


def test_tables_totals_and_notes(full: Report) -> None:
    source = written(full)
    lines = source.splitlines()
    assert lines[:3] == ["## score", "", "As of 2011-12-09"]
    assert lines[4].startswith("| customer | name | status |")
    assert lines[5].startswith("| :-- | :-- | :-- | :-- | :-- | --: |")
    assert "| 1,234.56 |" in lines[6]
    assert lines[9].startswith("| **total** |  |")
    assert "**-511,111.12**" in lines[9]
    assert "### Contacts" in lines
    assert lines[-2:] == ["- Saved: a definition", "- Warning: Saved: a warning"]


def test_names_mean_nothing_but_themselves(hostile: Report) -> None:
    rows = cells(written(hostile))
    assert [row[1] for row in rows[1:]] == [safe_text(name).strip() for name in HOSTILE]
    assert {row[2] for row in rows[1:]} == {"-5.00"}


def test_names_of_plain_letters_mean_nothing_but_themselves_either() -> None:
    names = [name for name in HOSTILE if name.isascii() and name.isprintable() and name]
    report = Report("r", msg("trend"), [Table("t", (Column("n", "n"),), [(n,) for n in names])])
    assert [row[0] for row in cells(written(report))[1:]] == names


def test_markup_in_a_title_is_text() -> None:
    name = "<b>*x*</b> [a](http://x) `c` ~~d~~ &amp; $e$"
    source = written(Report("r", msg("{code} {name}", code="C1", name=name), []))
    html = MarkdownIt("commonmark", {"html": True}).render(source)
    assert html == ("<h2>C1 &lt;b&gt;*x*&lt;/b&gt; [a](http://x) `c` ~~d~~ &amp;amp; $e$</h2>\n")


def test_an_empty_table_says_so() -> None:
    assert "No rows." in written(Report("r", msg("trend"), [Table("t", (), [])]))
