"""Charts: every month at its place, names from files harmless, in characters and as SVG."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from output_samples import HOSTILE, Latin1Terminal, Terminal

from ci_cli.errors import CiError, ExitCode
from ci_cli.output.chart_text import chart_lines
from ci_cli.output.options import Options
from ci_cli.output.render import write_report
from ci_cli.output.svg import write
from ci_cli.report import Chart, Report
from ci_cli.text import msg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(report: Report) -> ElementTree.Element:
    out = io.StringIO()
    write(report, out, Options())
    return ElementTree.fromstring(out.getvalue())


def test_columns_reach_as_high_as_their_months(charted):
    """By hand: eight rows of ten, a gap after each month, dots where 78 would be."""
    lines = chart_lines(charted.charts[0], str)
    assert lines == [
        "张伟有限公司: x (CNY)",
        "80 ██ .. ██ .. .. ..",
        "70 ██ ██ ██",
        "60 ██ ██ ██ ██",
        "50 ██ ██ ██ ██",
        "40 ██ ██ ██ ██ ▄▄",
        "30 ██ ██ ██ ██ ██",
        "20 ██ ██ ██ ██ ██",
        "10 ██ ██ ██ ██ ██",
        "   2011-01        2011-06",
        "            ^ since 2011-04",
    ]


def test_a_narrow_terminal_shows_the_latest_months(charted):
    lines = chart_lines(charted.charts[0], str, 6)
    assert lines[9].strip() == "2011-04"
    assert all(len(line) <= 6 for line in lines[1:9])
    assert lines[-2:] == ["   ^", "since 2011-04"]


def test_nothing_sold_is_no_chart(charted):
    chart = dataclasses.replace(charted.charts[0], actual=(0.0,) * 6, expected=(0.0,) * 6)
    assert chart_lines(chart, str) == []
    below = dataclasses.replace(chart, actual=(-1.0,) * 6)
    assert chart_lines(below, str) == []
    drawn(dataclasses.replace(charted, charts=[below]))


def test_a_terminal_shows_it_and_one_without_blocks_does_not(charted):
    for stream, shown in ((Terminal(), True), (Latin1Terminal(), False), (io.StringIO(), True)):
        write_report(charted, stdout=stream)
        assert ("since 2011-04" in stream.getvalue()) == shown


def test_json_and_markdown_carry_it(charted):
    out = io.StringIO()
    write_report(charted, format="json", stdout=out, stderr=io.StringIO())
    (chart,) = json.loads(out.getvalue())["charts"]
    assert chart["actual"] == [80, 70, 80, 60, 35, 0]
    assert (chart["since"], chart["remark"]) == ("2011-04", "since 2011-04")
    out = io.StringIO()
    write_report(charted, format="md", stdout=out, stderr=io.StringIO())
    assert "```text\n张伟有限公司: x (CNY)\n80 ██" in out.getvalue()


def test_every_month_stands_at_its_place(charted):
    root = drawn(charted)
    dots = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.iter(f"{SVG}circle")]
    assert len(dots) == 6
    steps = {round(b[0] - a[0], 1) for a, b in pairwise(dots)}
    assert len(steps) == 1
    # heights in proportion: the last month is zero, the first 80, the fifth 35
    zero = dots[5][1]
    assert (zero - dots[4][1]) / (zero - dots[0][1]) == pytest.approx(35 / 80, abs=0.005)
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    assert {"0", "20", "40", "60", "80", "2011-01", "2011-06", "since 2011-04"} <= set(texts)
    fall = next(r for r in root.iter(f"{SVG}rect") if r.attrib.get("class") == "fall")
    assert float(fall.attrib["x"]) == dots[3][0]
    for label in root.iter(f"{SVG}text"):
        assert 0 <= float(label.attrib["x"]) <= float(root.attrib["width"])


@pytest.mark.parametrize(
    "name", [*HOSTILE, "<script>alert(1)</script>", "a]]>&\"'</svg>", "x" * 999]
)
def test_names_do_nothing(charted, name):
    chart = dataclasses.replace(
        charted.charts[0], title=msg("{group}: x", group=name), remark=msg("{n}", n=name), unit=name
    )
    out = io.StringIO()
    write(dataclasses.replace(charted, charts=[chart, chart]), out, Options())
    root = ElementTree.fromstring(out.getvalue())
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "g", "line", "text", "polyline", "circle"}
    assert re.search(r"[\x00-\x08\x1b\x9b\u202e]", out.getvalue()) is None
    assert "on" not in {key[:2] for element in root.iter() for key in element.attrib}
    lines = chart_lines(chart, lambda text: text.replace("\n", " "), 40)
    assert len(lines) >= 10


def test_a_report_without_a_chart_is_no_svg(full, tmp_path):
    target = tmp_path / "out.svg"
    with pytest.raises(CiError) as caught:
        write_report(full, target=target, stderr=io.StringIO())
    assert (caught.value.code, caught.value.exit_code) == ("chart-missing", ExitCode.DECIDE)
    assert not target.exists()


def test_one_month_and_huge_amounts_are_drawn(charted):
    for values in ((5.0,), (1e15,), (0.0001,), (-3.0,)):
        chart = Chart("c", msg("x"), None, ("2011-01",), values, values)
        root = drawn(dataclasses.replace(charted, charts=[chart]))
        assert len(list(root.iter(f"{SVG}circle"))) == 1
