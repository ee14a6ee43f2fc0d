"""What people see: in a terminal of any width, in a pipe, in any encoding, in Chinese."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys

import pytest
from output_samples import HOSTILE, Latin1Terminal, Terminal
from rich.cells import cell_len

from ci_cli import text
from ci_cli.output.screen import show
from ci_cli.output.wrapping import MOST_LINES
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import msg

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
BOX = re.compile("[\u2500-\u257f]")


def shown(report: Report, stream: io.StringIO | None = None, **options: object) -> str:
    stream = io.StringIO() if stream is None else stream
    show(report, stream, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def in_terminal(report: Report, width: int = 200, **options: object) -> str:
    return shown(report, Terminal(), width=width, **options)


def squeezed(written: str) -> str:
    return re.sub(r"\s+", "", ESCAPES.sub("", written))


def test_a_pipe_gets_plain_columns(full: Report) -> None:
    lines = shown(full).splitlines()
    assert lines[:3] == ["score", "As of 2011-12-09", ""]
    heading, rule, first, second = lines[3:7]
    assert set(rule) == {"-", " "}
    assert not BOX.search("\n".join(lines))
    assert "\x1b" not in "\n".join(lines)
    # every figure ends below the end of its heading; every text begins below its beginning
    for figure, label in [("1,234", "orders"), ("12.5 %", "change"), ("0.50", "score")]:
        assert end_of(first, figure) == end_of(heading, label)
    assert end_of(first, "1,234.56") == end_of(second, "-512,345.68")  # points in line
    assert start_of(first, "dormant") == start_of(second, "active") == start_of(heading, "status")
    assert "▃▅ █" in first
    assert lines[-2:] == ["Saved: a definition", "Warning: Saved: a warning"]


def start_of(line: str, part: str) -> int:
    return cell_len(line[: line.index(part)])


def end_of(line: str, part: str) -> int:
    return start_of(line, part) + cell_len(part)


def test_a_terminal_gets_a_table_in_colour(full: Report) -> None:
    written = in_terminal(full)
    assert ESCAPES.search(written)
    assert BOX.search(written)
    assert "\x1b[33mWarning: Saved: a warning" in written
    assert "1,234.56" in written


@pytest.mark.parametrize("how", ["NO_COLOR", "option"])
def test_no_colour_means_not_one_escape(
    full: Report, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    written = in_terminal(full, no_color=how == "option")
    assert "\x1b" not in written
    assert BOX.search(written)


def test_a_dumb_terminal_gets_plain_lines(full: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert in_terminal(full) == shown(full)


@pytest.mark.parametrize("width", [20, 24, 30, 40, 60, 80, 100, 120, 200])
def test_no_width_loses_a_figure_or_runs_over(full: Report, width: int) -> None:
    written = ESCAPES.sub("", in_terminal(full, width))
    assert all(cell_len(line) <= width for line in written.splitlines())
    for figure in ("1,234", "30.5", "1,234.56", "-512,345.68", "-33.3%", "-511,111.12"):
        assert figure in squeezed(written), figure
    for word in ("00123", "1E5", "2011-12-09", "dormant"):
        assert word in squeezed(written)


def test_a_wide_table_is_cut_into_bands_that_repeat_the_name() -> None:
    months = [f"2011-{month:02d}" for month in range(1, 13)]
    columns = (Column("group", "group"), *(Column(m, m, "money") for m in months))
    rows = [(name, *range(10_000_000, 130_000_000, 10_000_000)) for name in ("Wine", "Cheese")]
    written = ESCAPES.sub(
        "", in_terminal(Report("r", msg("trend"), [Table("t", columns, rows)]), 80)
    )
    assert written.count("Cheese") == written.count("group") > 1
    assert all(cell_len(line) <= 80 for line in written.splitlines())
    assert all(f"{n},000.00" in written for n in range(1, 13))
    assert all(month in written for month in months)


def test_a_card_is_a_list_of_its_properties() -> None:
    columns = tuple(Column(f"k{n}", f"label {n}") for n in range(8))
    row = ("张伟", None, *(f"value {n}" for n in range(2, 8)))
    report = Report("r", msg("trend"), [Table("t", columns, [row], is_card=True)])
    lines = shown(report).splitlines()
    assert lines[2:4] == ["label 0  张伟", "label 2  value 2"]
    assert "label 7  value 7" in ESCAPES.sub("", in_terminal(report, 80))


PLAYS = {
    "en": [
        "Thank them in person, show them what is new first, ask whether they would vouch for you.",
        "Offer the next product up or a yearly agreement, and ask what they would change.",
        "Ask once why they left.",
    ],
    "zh": [
        "保持最好的服务和固定联系人,新品优先,并请其作推荐。",
        "金额高而次数少。了解他们在别处还买什么（ABC类）,商定定期订货。",
        "发送提醒。",
    ],
}
GROUPS = {
    "en": ["Champions", "Potential Loyalist", "Lost"],
    "zh": ["重要价值客户", "重要发展", "流失"],
}


def segments(language: str) -> Report:
    """Groups with figures and a sentence, as ``rfm segments`` has them."""
    columns = (
        Column("segment", "segment", "state"),
        Column("customers", "customers", "int"),
        Column("share", "share of customers", "percent"),
        Column("revenue", "revenue", "money", "CNY"),
        Column("play", "play"),
    )
    rows = [
        (group, 1234, 0.5, 12_345_678_900 + number, play)
        for number, (group, play) in enumerate(zip(GROUPS[language], PLAYS[language], strict=True))
    ]
    total = (None, 3702, 1.0, 37_037_036_703, None)
    return Report("r", msg("trend"), [Table("t", columns, rows, total=total)])


def column_from(written: str, heading: str) -> list[str]:
    """Return what stands below the last ``heading``, a last column, down to an empty line."""
    lines = written.splitlines()
    number = max(i for i, line in enumerate(lines) if heading in line)
    start = start_of(lines[number], heading)
    assert set(lines[number + 1]) == {"─"}
    tails = []
    for line in lines[number + 2 :]:
        if not line.strip() or "─" in line:
            break
        cut = next((i for i in range(len(line) + 1) if cell_len(line[:i]) >= start), len(line))
        assert cell_len(line[:cut]) == start or not line[cut:]
        tails.append(line[cut:].strip())
    return tails


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", range(40, 201, 8))
def test_sentences_wrap_and_nothing_is_lost_at_any_width(width: int, language: str) -> None:
    written = ESCAPES.sub("", in_terminal(segments(language), width))
    assert all(cell_len(line) <= width for line in written.splitlines())
    assert "…" not in written
    between = " " if language == "en" else ""
    assert between.join(filter(None, column_from(written, "play"))) == between.join(PLAYS[language])
    if width >= 60:
        assert all(line.strip() for line in column_from(written, "play")[:-1])
    for number in range(3):
        assert f"1,234,567.{89 + number // 100}" in written
    assert "3,703,703.67" in written


@pytest.mark.parametrize("width", range(80, 201, 8))
def test_no_word_is_broken_where_there_is_room(width: int) -> None:
    written = ESCAPES.sub("", in_terminal(segments("en"), width))
    assert set(" ".join(PLAYS["en"]).split()) <= set(written.split())


def test_a_cell_of_many_lines_leaves_the_other_cells_at_its_top() -> None:
    columns = (Column("name", "name"), Column("net", "net", "money"))
    report = Report("r", msg("trend"), [Table("t", columns, [("张" * 50, 12_345_600)] * 2)])
    lines = ESCAPES.sub("", in_terminal(report, 30)).splitlines()
    assert lines[4].rstrip() == "张" * 10 + "  1,234.56"
    assert [line.rstrip() for line in lines[5:9]] == ["张" * 10] * 4
    assert lines[9].endswith("1,234.56")
    assert "张" * 50 in shown(report)  # a pipe has no width


def test_a_text_without_end_says_that_it_was_cut() -> None:
    columns = (Column("name", "name"), Column("net", "net", "money"))
    report = Report("r", msg("trend"), [Table("t", columns, [("x" * 5000, 12_345_600)] * 2)])
    lines = ESCAPES.sub("", in_terminal(report, 30)).splitlines()
    assert len(lines) == 4 + 2 * MOST_LINES
    assert lines[-1].rstrip() == "x" * 19 + "…"


CALLS = (
    Column("customer", "customer", "id"),
    Column("name", "name"),
    Column("revenue", "revenue", "money", "USD"),
    Column("last", "last purchase", "date"),
    Column("gap", "usual gap", "days"),
    Column("rhythm", "rhythm", "state"),
    Column("why", "why"),
    Column("trend", "trend", "spark"),
)
CALL = (
    "C7", "Blondesddsl père et fils", 185_340_800, "1998-01-12", 42.3, "dormant",
    "silent for twice the usual gap, and worth a call", tuple(range(18)),
)  # fmt: skip


@pytest.mark.parametrize("width", range(60, 201, 5))
def test_a_name_gives_way_last_and_a_small_chart_first(width: int) -> None:
    written = ESCAPES.sub("", in_terminal(Report("r", "t", [Table("t", CALLS, [CALL] * 2)]), width))
    assert all(cell_len(line) <= width for line in written.splitlines())
    has_chart = "▁▁▂" in written
    name_is_whole, reason_is_whole = CALL[1] in written, CALL[6] in written
    if written.count("customer") == 1:  # one table, no bands
        assert name_is_whole or not has_chart
        assert name_is_whole or not reason_is_whole
    if width >= 90:
        assert name_is_whole
    if width >= 150:
        assert has_chart
        assert reason_is_whole
    for word in (*CALL[1].split(), *CALL[6].split()):
        assert word in written


def test_the_total_is_called_so() -> None:
    table = segments("en").tables[0]
    filled = ("all of them", *table.total[1:])  # type: ignore[index]
    in_words = Report("r", "t", [Table("t", table.columns, table.rows, total=filled)])
    for written in (shown(segments("en")), ESCAPES.sub("", in_terminal(segments("en"), 70))):
        assert re.search(r"^total +3,702 +100.0 %", written, re.MULTILINE)
    assert "total" not in shown(in_words)
    assert "all of them" in shown(in_words)
    text.activate("zh")
    assert re.search(r"^合计 +3,702", shown(segments("en")), re.MULTILINE)


def test_a_band_without_any_total_has_no_total_row() -> None:
    written = ESCAPES.sub("", in_terminal(segments("en"), 60))
    first, second = written.split("play")
    assert "total" in first
    assert "total" not in second


@pytest.mark.parametrize("width", [None, 20, 80, 200])
def test_hostile_names_are_literal(hostile: Report, width: int | None) -> None:
    written = in_terminal(hostile, width) if width else shown(hostile)
    plain = ESCAPES.sub("", written)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", plain)
    if width in (None, 200):
        for literal in ("[/]", "[red]gone[/red]", "[link=http://x]y[/link]", "back\\slash",
                        "\\x1b[31mred", "\\x1b]52;c;aGk=\\x07", "\\x9b31m", "\\u202egnp.exe",
                        "zero\\u200bwidth", "two\\nlines", "=1+1", "_x001B_"):  # fmt: skip
            assert literal in plain
        assert plain.count("-5.00") == len(HOSTILE)
    assert plain.startswith("C1 [/] \\x1b[2J")


def test_one_endless_cell_does_not_pad_the_others() -> None:
    columns = (Column("name", "name"), Column("net", "net", "money"))
    rows = [("x" * 5000, 10_000), ("short", 20_000)]
    lines = shown(Report("r", msg("trend"), [Table("t", columns, rows)])).splitlines()
    assert lines[4] == "x" * 5000 + "  1.00"
    assert len(lines[5]) == 80 + 2 + 4
    assert lines[5].endswith("2.00")


def test_a_few_long_names_do_not_push_all_that_follows_aside() -> None:
    columns = (Column("by", "by"), Column("text", "text"))
    rows = [("li", "called"), ("a" * 60, "wrote"), ("wang", "saw")]
    lines = shown(Report("r", msg("trend"), [Table("t", columns, rows)])).splitlines()
    assert lines[4:] == [f"{'li':40}  called", "a" * 60 + "  wrote", f"{'wang':40}  saw"]
    paths = [("p" * 50, "one"), ("q" * 60, "two"), ("r", "three")]  # most are long: all in line
    lines = shown(Report("r", msg("trend"), [Table("t", columns, paths)])).splitlines()
    assert [line.rindex(" ") for line in lines[4:]] == [61, 61, 61]


def test_latin1_shows_what_it_cannot_encode(full: Report, hostile: Report) -> None:
    for report in (full, hostile):
        written = shown(report, Latin1Terminal(), width=200)
        assert "\\u5f20\\u4f1f" in written
        assert "▃" not in written
        assert "trend" not in written
    lines = ESCAPES.sub("", shown(full, Latin1Terminal(), width=200)).splitlines()
    body = [line.rstrip() for line in lines if "C3" in line or "00123" in line]
    assert start_of(body[0], "dormant") == lines[3].index("status")


def test_an_ascii_pipe_does_not_crash(full: Report) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    show(full, stream)
    assert b"\\u5f20\\u4f1f" in raw.getvalue()
    assert b"1,234.56" in raw.getvalue()


def test_an_empty_table_and_no_table() -> None:
    columns = (Column("name", "name"),)
    empty = Report("r", msg("trend"), [Table("t", columns, [])], {}, [Note(msg("code"))])
    for written in (shown(empty), in_terminal(empty)):
        assert "No rows." in written
        assert "code" in written
    assert shown(Report("r", msg("trend"), [])) == "trend\n"


def test_the_day_is_not_said_twice() -> None:
    report = Report("r", msg("as of {day}", day="2011-12-09"), [], {"as_of": "2011-12-09"})
    assert shown(report) == "as of 2011-12-09\n"


def test_sentences_are_translated_and_states_are_not(full: Report) -> None:
    text.activate("zh")
    written = shown(full)
    assert "As of" not in written
    assert "Warning" not in written
    assert "dormant" in written


def test_chinese_columns_line_up(chinese_words: None) -> None:
    columns = (
        Column("n", msg("name")),
        Column("s", msg("status"), "state"),
        Column("o", msg("orders"), "int"),
        Column("r", msg("revenue"), "money", "CNY"),
    )
    names = ["张伟有限公司", "Ann", "上海Ｘ贸易", "한국", "a"]
    rows = [(name, "dormant", n * 1000, n * 12_345_600) for n, name in enumerate(names)]
    report = Report("r", msg("trend"), [Table("t", columns, rows)])
    assert "收入" in shown(report)
    for written in (shown(report), ESCAPES.sub("", in_terminal(report, 100))):
        lines = written.splitlines()[2:]
        heading, rule, *body = lines
        assert cell_len(rule.rstrip()) == cell_len(heading.rstrip())
        for line, row in zip(body, rows, strict=True):
            assert start_of(line, "dormant") == start_of(heading, text.translate(msg("status")))
            assert cell_len(line.rstrip()) == cell_len(heading.rstrip()), row


@pytest.mark.parametrize("columns", ["30", "100"])
def test_a_real_terminal(columns: str) -> None:
    code = (
        "import sys; from ci_cli.output.screen import show; from ci_cli.report import *;"
        "from ci_cli.text import msg;"
        "c=(Column('name','name'),Column('net','net','money'));"
        "show(Report('r',msg('trend'),[Table('t',c,[('[red] \\u5f20',12345600)])]), sys.stdout)"
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": columns, "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=theirs, env=environment) as child:
        child.wait(60)
    os.close(theirs)
    written = os.read(ours, 65536).decode()
    os.close(ours)
    assert child.returncode == 0
    assert "\x1b[1m" in written
    assert "[red] 张" in written
    assert "1,234.56" in written
