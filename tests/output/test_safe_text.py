"""Hostile text is shown, never obeyed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.output.safe import (
    file_text,
    is_plain_number,
    safe_filename,
    safe_sheet_name,
    safe_text,
    spreadsheet_text,
    unguarded,
    utf16_length,
)

SHOWN = [
    ("plain", "plain"),
    ("张伟　有限公司", "张伟　有限公司"),  # the ideographic space is a space that people type
    ("a\u00a0b", "a\u00a0b"),
    ("é e\u0301 ❤\ufe0f", "é e\u0301 ❤\ufe0f"),
    ("\x1b[31m", "\\x1b[31m"),
    ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
    ("\x9b31m", "\\x9b31m"),
    ("\x00\x7f", "\\x00\\x7f"),
    ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("\u202egnp", "\\u202egnp"),
    ("\u2066x\u2069\u200f", "\\u2066x\\u2069\\u200f"),
    ("a\u200bb\u200db\ufeff\u00ad", "a\\u200bb\\u200db\\ufeff\\xad"),
    ("a\u2028b\u2029", "a\\u2028b\\u2029"),
    ("\udc80", "\\udc80"),
    ("\U000e0041", "\\U000e0041"),
    ("\u3164\u115f", "\\u3164\\u115f"),
    ("\uffff\ufdd0", "\\uffff\\ufdd0"),
    ("[/] [red] \\", "[/] [red] \\"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_safe_text_shows_what_would_act(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_every_control_and_direction_mark_becomes_visible() -> None:
    acting = [*map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0))]
    acting += [c for c in map(chr, range(0x10000)) if unicodedata.category(c) in ("Cf", "Cs")]
    for character in acting:
        shown = safe_text(character)
        assert character not in shown, hex(ord(character))
        assert shown.isascii()
        assert shown.startswith("\\")


@given(st.text())
def test_safe_text_leaves_nothing_hidden_and_is_stable(text: str) -> None:
    shown = safe_text(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in shown)
    assert safe_text(shown) == shown


@given(
    st.text(
        st.characters(
            exclude_categories=["C", "Z", "M"], exclude_characters="\u115f\u1160\u3164\uffa0"
        )
    )
)
def test_safe_text_leaves_letters_alone(text: str) -> None:
    assert safe_text(text) == text


def test_file_text_keeps_lines_and_joiners_but_no_controls() -> None:
    assert file_text("a\r\nb\tc\nd") == "a\nb\tc\nd"
    assert file_text("a\rb\x1bc\x9bd\u202ee\udc80f\uffff") == (
        "a\\rb\\x1bc\\x9bd\\u202ee\\udc80f\\uffff"
    )
    assert file_text("👩\u200d🚀") == "👩\u200d🚀"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@x", "\t=1", "\r=1", "\n=1", "＝1", "'=1"])
def test_spreadsheet_text_guards_formulas(text: str) -> None:
    assert spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a", "1=2", "O'Brien", "'tis", "张伟", " =1", "12"])
def test_spreadsheet_text_leaves_the_rest(text: str) -> None:
    assert spreadsheet_text(text) == text


@given(st.text(alphabet="'=+-@ab\t1", max_size=6) | st.text())
def test_the_guard_comes_off_exactly(text: str) -> None:
    assert unguarded(spreadsheet_text(text)) == text


def test_plain_numbers() -> None:
    assert all(map(is_plain_number, ["0", "00123", "-5", "+86", "1.50"]))
    assert not any(map(is_plain_number, ["", "-", "1e5", "-1+1", "１２", "1\n", "=1"]))


FILENAMES = [
    ("report.csv", "report.csv"),
    ("../../etc/passwd", "_.._etc_passwd"),
    ("/etc/passwd", "_etc_passwd"),
    ("C:\\x\\y.csv", "C__x_y.csv"),
    ("CON", "_CON"),
    ("nul.csv", "_nul.csv"),
    ("com1.tar.gz", "_com1.tar.gz"),
    ("", "unnamed"),
    ("..", "unnamed"),
    ("-rf.csv", "rf.csv"),
    (".hidden.csv", "hidden.csv"),
    ("a\x1b[2Jb\nc\u202e.csv", "a_[2Jb_c_.csv"),
    ("张伟 & Söhne.xlsx", "张伟 & Söhne.xlsx"),
    ("trailing. . ", "trailing"),
]


@pytest.mark.parametrize(("name", "expected"), FILENAMES)
def test_safe_filename(name: str, expected: str, tmp_path: Path) -> None:
    assert safe_filename(name, tmp_path) == tmp_path / expected


@given(st.text(max_size=300))
def test_a_file_name_never_leaves_its_folder(name: str) -> None:
    folder = Path("/some/folder")
    path = safe_filename(name, folder)
    assert path.parent == folder
    assert path.name not in ("", ".", "..")
    assert len(path.name.encode()) <= 210
    assert not path.name.startswith("-")


SHEETS = [
    ("RFM", "RFM"),
    ("a/b:c*d?e[f]g\\h", "a_b_c_d_e_f_g_h"),
    ("'quoted'", "quoted"),
    ("History", "History_"),
    ("", "Sheet"),
    ("x" * 40, "x" * 31),
    ("张" * 40, "张" * 31),
    ("😀" * 20, "😀" * 15),
    ("esc\x1b", "esc_x1b"),
]


@pytest.mark.parametrize(("name", "expected"), SHEETS)
def test_safe_sheet_name(name: str, expected: str) -> None:
    assert safe_sheet_name(name, set()) == expected


def test_sheet_names_that_clash_after_cutting_stay_apart() -> None:
    taken: set[str] = set()
    names = [safe_sheet_name(n, taken) for n in ("x" * 31 + "a", "X" * 31 + "b", "x" * 31, "x")]
    assert len({name.lower() for name in names}) == 4
    assert all(utf16_length(name) <= 31 for name in names)
