"""The delimiter: one of four, by the number of fields it gives, and never a letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.errors import ExitCode


@pytest.mark.parametrize(
    ("text", "delimiter", "rows"),
    [
        ("a,b\n1,2\n", ",", [["a", "b"], ["1", "2"]]),
        ("a;b\n1;2\n", ";", [["a", "b"], ["1", "2"]]),
        ("a\tb\n1\t2\n", "\t", [["a", "b"], ["1", "2"]]),
        ("a|b\n1|2\n", "|", [["a", "b"], ["1", "2"]]),
        # decimal commas under a semicolon
        ("id;price\n1;2,50\n2;3,75\n", ";", [["id", "price"], ["1", "2,50"], ["2", "3,75"]]),
        ("price;cost\n1,5;2,5\n1,6;2,6\n", ";",
         [["price", "cost"], ["1,5", "2,5"], ["1,6", "2,6"]]),
        # the other delimiters inside of texts
        ("a,b\n1,x;y\n2,z\n", ",", [["a", "b"], ["1", "x;y"], ["2", "z"]]),
        ('a;b\n"x,y";1\n"p,q";2\n', ";", [["a", "b"], ["x,y", "1"], ["p,q", "2"]]),
        ('"a";"b"\n"1";"2"\n', ";", [["a", "b"], ["1", "2"]]),
        # a title above the header
        ("Sales 2024\n\na,b,c\n1,2,3\n4,5,6\n", ",",
         [["Sales 2024"], ["a", "b", "c"], ["1", "2", "3"], ["4", "5", "6"]]),
        # quoted line breaks in the header
        ('"a\nb",c\n1,2\n', ",", [["a\nb", "c"], ["1", "2"]]),
        # header only
        ("a,b,c\n", ",", [["a", "b", "c"]]),
    ],
)  # fmt: skip
def test_choice(tmp_path: Path, text: str, delimiter: str, rows: list[list[str]]) -> None:
    seen = read_one(write(tmp_path / "a.csv", text))
    assert (seen.delimiter, seen.rows) == (delimiter, rows)


@pytest.mark.parametrize(
    "column",
    [
        ["email", "ann@example.com", "bob@example.com", "al@example.com"],
        ["date", "2024-01-02", "2024-01-03"],
        ["name", "O'Brien", "Smith", "De, Vries", "Yu"],
        ["note", "one, two; three", "four", "five", "six|seven", "eight"],
    ],
)
def test_one_column_is_never_split(tmp_path: Path, column: list[str]) -> None:
    seen = read_one(write(tmp_path / "a.csv", "\n".join(column) + "\n"))
    assert seen.delimiter is None
    assert seen.rows == [[cell] for cell in column]
    assert any("one column" in note for note in seen.notes)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;\r"])
def test_line_that_names_the_delimiter(tmp_path: Path, first: str) -> None:
    seen = read_one(write(tmp_path / "a.csv", f"{first}\na;b,c\n1;2,3\n"))
    assert seen.delimiter == ";"
    assert seen.numbered() == [(2, ["a", "b,c"]), (3, ["1", "2,3"])]


def test_ambiguity_is_for_a_person(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a|b,c\n" + "1|2,3\n" * 9)
    error = error_of(path)
    assert (error.code, error.exit_code) == ("delimiter-ambiguous", ExitCode.DECIDE)
    assert read_one(path, delimiter="pipe").rows[0] == ["a", "b,c"]
    assert read_one(path, delimiter="comma").rows[0] == ["a|b", "c"]


@pytest.mark.parametrize(
    ("option", "used"),
    [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), ("semicolon", ";"), (";", ";"), ("Pipe", "|"),
     (" ", " "), ("^", "^")],
)  # fmt: skip
def test_the_user_overrules(tmp_path: Path, option: str, used: str) -> None:
    path = write(tmp_path / "a.csv", f"a{used}b,x\n1{used}2,x\n")
    seen = read_one(path, delimiter=option)
    assert (seen.delimiter, seen.rows) == (used, [["a", "b,x"], ["1", "2,x"]])


@pytest.mark.parametrize("option", ["", "ab", '"', "\n"])
def test_no_delimiter(tmp_path: Path, option: str) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1,2\n")
    if option:
        assert error_of(path, delimiter=option).code == "delimiter-option"
    else:
        assert read_one(path, delimiter=option).delimiter == ","


@settings(max_examples=100, deadline=None)
@given(
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    width=st.integers(2, 6),
    rows=st.integers(3, 8),
    data=st.data(),
)
def test_regular_tables(
    tmp_path_factory: pytest.TempPathFactory,
    delimiter: str,
    width: int,
    rows: int,
    data: st.DataObject,
) -> None:
    """Any table of plain words is split where it was joined."""
    word = st.text("abcdefgh xyz0123456789.-:/äöü客户", min_size=1, max_size=8)
    word = word.filter(lambda text: text.strip() == text)
    table = data.draw(
        st.lists(st.lists(word, min_size=width, max_size=width), min_size=rows, max_size=rows)
    )
    path = tmp_path_factory.mktemp("delimiter") / "a.csv"
    write(path, "".join(delimiter.join(row) + "\n" for row in table))
    seen = read_one(path)
    assert (seen.delimiter, seen.rows) == (delimiter, table)


@pytest.mark.shared
def test_pollock_delimiters(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "pollock" / "csv"
    for name, expected in {
        "file_field_delimiter_0x3B.csv": ";",
        "file_field_delimiter_0x9.csv": "\t",
        "file_record_delimiter_0xD.csv": ",",
        "file_record_delimiter_0xA.csv": ",",
        "file_preamble.csv": ",",
    }.items():
        assert read_one(folder / name).delimiter == expected, name
