"""The page of HTML, read by an independent parser: text stays text, and nothing is fetched."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from output_samples import HOSTILE

from ci_cli import text
from ci_cli.output.html_page import write
from ci_cli.output.options import Options
from ci_cli.output.safe import safe_text
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg

MARKUP = [
    "<script>alert(1)</script>", "</td></table><img src=x onerror=alert(1)>", "&lt;b&gt;",
    "a & b < c", "\"quoted\" 'too'", "<!-- --", "]]>", "javascript:alert(1)",
]  # fmt: skip
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "div", "table", "thead",
    "tbody", "tfoot", "tr", "th", "td", "ul", "li",
}  # fmt: skip
DRAWN = {"svg", "rect", "g", "text", "line", "polyline", "circle", "polygon", "path"}
VOID = {"meta"}


class Page(HTMLParser):
    """What a browser would make of a page: tags, attributes, and the text of each cell."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.texts: dict[str, str] = {}
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _value in attrs)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        elif self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def written(report: Report) -> str:
    out = io.StringIO()
    write(report, out, Options())
    return out.getvalue()


def test_names_mean_nothing_but_themselves() -> None:
    names = [*HOSTILE, *MARKUP]
    report = Report(
        "r", msg("{name}", name=MARKUP[0]),
        [Table("t", (Column("n", msg("name")), Column("k", "count", "int")),
               [(name, 1234) for name in names])],
    )  # fmt: skip
    page = Page(written(report))
    assert page.rows[1:] == [[safe_text(name).strip(), "1,234"] for name in names]
    assert page.texts["h1"] == MARKUP[0]
    assert page.tags <= ALLOWED
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}


def test_plain_columns_are_escaped_too() -> None:
    page = Page(written(Report("r", msg("trend"), [
        Table("t", (Column("n", "n"),), [(name,) for name in MARKUP], total=(MARKUP[1],)),
        Table("card", (Column("n", MARKUP[0]),), [(MARKUP[1],)], is_card=True),
    ])))  # fmt: skip
    assert page.rows[1:] == [
        *([name] for name in MARKUP), [MARKUP[1]], [MARKUP[0], MARKUP[1]],
    ]  # fmt: skip
    assert page.tags <= ALLOWED


def test_tables_totals_and_notes(full: Report) -> None:
    source = written(full)
    page = Page(source)
    assert page.texts["h1"] == "score"
    assert page.texts["p"] == "As of 2011-12-09"
    assert page.texts["h2"] == "Contacts"
    assert any(row[0] == "total" and "-511,111.12" in row for row in page.rows)
    assert '<li class="warning">Warning: Saved: a warning</li>' in source
    assert "No rows." in written(Report("r", msg("trend"), [Table("t", (), [])]))


def test_the_page_says_its_language() -> None:
    text.activate("zh")
    try:
        assert '<html lang="zh">' in written(Report("r", msg("trend"), []))
    finally:
        text.activate("en")


def test_charts_are_drawn_in_the_page(charted: Report) -> None:
    source = written(charted)
    page = Page(source)
    assert "polyline" in page.tags
    assert page.tags <= ALLOWED | DRAWN
    assert source.count("http") == source.count("http://www.w3.org/2000/svg") + source.count(
        "http-equiv"
    )


@pytest.mark.parametrize("name", ["page.html", "page.htm"])
def test_it_is_chosen_by_its_ending(name: str) -> None:
    from pathlib import Path

    from ci_cli.output.render import choose_format

    assert choose_format(None, Path(name)) == "html"
