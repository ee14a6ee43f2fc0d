"""What is said on stderr: errors, notes, progress."""

from __future__ import annotations

import io
import re

import pytest
from output_samples import Latin1Terminal, Terminal

from ci_cli import text
from ci_cli.errors import CiError, Where
from ci_cli.output.messages import place_text, print_error, print_note, progress, say
from ci_cli.report import Note
from ci_cli.text import msg

ERROR = CiError(
    "file-empty",
    msg('There is no format "{name}".', name="[red] \x1b[2J\nx"),
    hint=msg("Choose one of: {known}.", known="csv"),
    where=Where(file="或ders\x07.xlsx", sheet="[/]", line=5, column="金额"),
    details=("first", msg("rows")),
)


def printed(error: CiError, stream: io.StringIO | None = None, **options: bool) -> str:
    stream = io.StringIO() if stream is None else stream
    print_error(error, stream, **options)
    return stream.getvalue()


def test_an_error_says_what_where_why_and_what_next() -> None:
    assert printed(ERROR).splitlines() == [
        'error: There is no format "[red] \\x1b[2J\\nx".',
        '  where: 或ders\\x07.xlsx, sheet "[/]", line 5, column "金额"',
        "  first",
        "  rows",
        "  what to do: Choose one of: csv.",
        "  code: file-empty (see docs/errors.md#file-empty)",
    ]


def test_an_error_with_nothing_but_a_message() -> None:
    bare = CiError("x-y", msg("No rows."))
    assert printed(bare).splitlines() == ["error: No rows.", "  code: x-y (see docs/errors.md#x-y)"]


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (Where(), ""),
        (Where(file="a.csv"), "a.csv"),
        (Where(file="a.csv", line=3), "a.csv, line 3"),
        (Where(sheet="S", column="c"), 'sheet "S", column "c"'),
    ],
)
def test_places(where: Where, place: str) -> None:
    assert place_text(where) == place


def test_colour_only_where_a_person_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(ERROR, Terminal()).startswith("\x1b[1;31merror: ")
    assert "\x1b" not in printed(ERROR)
    assert "\x1b" not in printed(ERROR, Terminal(), no_color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in printed(ERROR, Terminal())


def test_an_error_in_chinese_on_a_narrow_encoding() -> None:
    text.activate("zh")
    assert "error:" not in printed(ERROR)
    assert "file-empty" in printed(ERROR, Latin1Terminal())


def test_notes() -> None:
    stream = io.StringIO()
    print_note(Note(msg("No rows.")), stream)
    print_note(Note(msg("No rows."), "warning"), stream)
    say("plain \x1b", stream)
    assert stream.getvalue() == "No rows.\nWarning: No rows.\nplain \\x1b\n"


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_stderr_does_not_replace_the_result() -> None:
    say("x", Full())
    print_error(ERROR, Full())


def test_progress_is_silent_unless_a_person_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, quiet, dumb = io.StringIO(), Terminal(), Terminal()
    for stream, enabled in ((pipe, True), (quiet, False)):
        with progress(msg("rows"), 10, enabled=enabled, stream=stream) as advance:
            advance(10)
        assert stream.getvalue() == ""
    monkeypatch.setenv("TERM", "dumb")
    with progress(msg("rows"), 10, stream=dumb) as advance:
        advance(10)
    assert dumb.getvalue() == ""


@pytest.mark.parametrize("total", [100, None])
def test_progress_shows_a_bar_and_takes_it_away(
    total: int | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    with progress(msg("{name}", name="[red] \x1bx"), total, stream=stream) as advance:
        for _ in range(10):
            advance(10)
        print("data")  # goes its own way while the bar is shown
    written = stream.getvalue()
    assert "[red] \\x1bx" in re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert "100" in written
    assert written.rstrip().endswith("\x1b[2K")  # the line is wiped
    assert capsys.readouterr().out == "data\n"


def test_progress_ends_when_the_work_fails() -> None:
    stream = Terminal()

    def work() -> None:
        with progress(msg("rows"), 10, stream=stream) as advance:
            advance(1)
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        work()
    assert stream.getvalue().count("\x1b[?25h") >= 1  # the cursor is back


def test_a_book_that_was_typed_in_is_not_printed_back() -> None:
    long = "word " * 10_000
    shown = printed(CiError("x-y", msg("{name} is odd.", name=long), hint=msg("Shorten it.")))
    assert len(shown) < 4_200
    assert "…\n  what to do: Shorten it.\n" in shown
    out = io.StringIO()
    print_note(Note(msg("Noted: {name}.", name=long)), out)
    assert len(out.getvalue()) == 4_001
    assert out.getvalue().endswith("…\n")
