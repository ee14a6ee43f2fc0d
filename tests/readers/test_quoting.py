"""Quotation marks, escapes, delimiters beyond the usual: believed only where all speaks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.readers.base import DamagedRow

HEAD = "id,name,amount\n"


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        # apostrophes around every text of a column, or around those that need it
        (HEAD + "".join(f"{n},'Ann {n}',{n}.5\n" for n in range(5)), ["0", "Ann 0", "0.5"], True),
        (HEAD + "1,Ann,1.5\n" + "".join(f"{n},'Lee, A{n}',{n}.5\n" for n in range(5)),
         ["0", "Lee, A0", "0.5"], True),
        # an apostrophe inside of them
        (HEAD + "".join(f"{n},'O'Brien, A{n}',{n}.5\n" for n in range(5)),
         ["0", "O'Brien, A0", "0.5"], True),
        # names and measures that begin or end with one
        (HEAD + "1,'s-Hertogenbosch,1\n2,O'Brien,2\n3,'t Hooft,3\n4,5',4\n",
         ["1", "'s-Hertogenbosch", "1"], False),
        # a nickname here and there
        (HEAD + "1,Ann,1\n2,'Bo',2\n3,Cy,3\n4,'Di',4\n5,'Ed',5\n6,Fy,6\n",
         ["2", "'Bo'", "2"], False),
        # a sign in front of numbers that Excel is to take as text
        (HEAD + "'001,Ann,1\n'002,Bo,2\n'003,Cy,3\n", ["'001", "Ann", "1"], False),
    ],
)  # fmt: skip
def test_apostrophes(tmp_path: Path, text: str, row: list[str], said: bool) -> None:
    seen = read_one(write(tmp_path / "a.csv", text))
    assert row in seen.rows
    assert any("apostrophes" in note for note in seen.notes) == said
    assert {len(row) for row in seen.rows} == {3}


def test_backslash_before_a_quotation_mark(tmp_path: Path) -> None:
    text = HEAD + "".join(f'{n},"a 5\\" x, {n}",1\n' for n in range(4)) + '9,"C:\\temp \\\\ x",2\n'
    seen = read_one(write(tmp_path / "a.csv", text))
    assert seen.rows[1] == ["0", 'a 5" x, 0', "1"]
    assert seen.rows[-1] == ["9", "C:\\temp \\ x", "2"]
    assert any("backslash" in note for note in seen.notes)


def test_backslash_that_is_text(tmp_path: Path) -> None:
    text = HEAD + "".join(f'{n},"C:\\{n}\\",1\n' for n in range(5)) + '5,"say ""\\""",2\n'
    seen = read_one(write(tmp_path / "a.csv", text))
    assert seen.rows[1] == ["0", "C:\\0\\", "1"]
    assert not any("backslash" in note for note in seen.notes)


def test_blank_behind_each_delimiter(tmp_path: Path) -> None:
    text = "id, name, amount\n" + "".join(f'{n}, "Lee, A", {n}.5\n' for n in range(3)) + "9, Bo, \n"
    seen = read_one(write(tmp_path / "a.csv", text))
    assert seen.rows == [
        ["id", "name", "amount"], *(["0123"[n], "Lee, A", f"{n}.5"] for n in range(3)),
        ["9", "Bo", ""],
    ]  # fmt: skip
    assert any("blank" in note for note in seen.notes)


def test_blank_behind_some_delimiters_is_kept(tmp_path: Path) -> None:
    seen = read_one(write(tmp_path / "a.csv", HEAD + "1, Ann,1\n2,Bo,2\n3, Cy,3\n"))
    assert seen.rows[1] == ["1", " Ann", "1"]


@pytest.mark.parametrize(
    "delimiter",
    ["||", "::", "|~|", "^", "~", "¦", "\x01", "\x1f", "，", "；", "\t|\t"],
)
def test_rare_delimiters(tmp_path: Path, delimiter: str) -> None:
    table = [
        ["id", "name", "amount", "day"],
        *([str(n), f"A {n}", f"{n}.5", "x"] for n in range(5)),
    ]
    path = write(tmp_path / "a.csv", "".join(delimiter.join(row) + "\n" for row in table))
    seen = read_one(path)
    assert (seen.delimiter, seen.rows) == (delimiter, table)
    assert read_one(path, delimiter=delimiter).rows == table


def test_delimiter_of_several_characters_inside_of_quotes(tmp_path: Path) -> None:
    text = (
        "id||name||x\n"
        + "".join(f'{n}||"a||b ""q"""||{n}\n' for n in range(3))
        + '4||"a||1\n5||b||2\n'
    )
    seen = read_one(write(tmp_path / "a.csv", text), delimiter="||")
    assert seen.rows[1] == ["0", 'a||b "q"', "0"]
    assert isinstance(seen.rows[4], DamagedRow)
    assert seen.rows[4] == ['4||"a||1']
    assert seen.rows[4].cells == ["4", '"a', "1"]
    assert seen.rows[5] == ["5", "b", "2"]


@pytest.mark.parametrize("word", ["semikolon", "tabs", "a,b", "x" * 9, ";" * 9])
def test_words_are_no_delimiters(tmp_path: Path, word: str) -> None:
    assert error_of(write(tmp_path / "a.csv", HEAD), delimiter=word).code == "delimiter-option"


@pytest.mark.parametrize(
    "column",
    [
        ["time", "12:30", "08:15", "09:00"],
        ["address", "a~b", "c^d", "e"],
        ["formula", "a^2", "b^2"],
        ["path", "::1", "10.0.0.1", "fe80::2", "x"],
        ["name", "De, Vries", "Smith, J", "Brown, K"],
        ["note", "one", "two", "three", "yes, or no, at last", "this, that, other", "a, b, c"],
    ],
)
def test_one_column_stays_one(tmp_path: Path, column: list[str]) -> None:
    seen = read_one(write(tmp_path / "a.csv", "\n".join(column) + "\n"))
    assert (seen.delimiter, seen.rows) == (None, [[cell] for cell in column])


def test_blanks_between_quoted_cells(tmp_path: Path) -> None:
    text = 'id kind "full name" "home town"\n' + "".join(
        f'{n} x "Lee, A {n}" "New York"\n' for n in range(5)
    )
    seen = read_one(write(tmp_path / "a.csv", text))
    assert (seen.delimiter, seen.rows[1]) == (" ", ["0", "x", "Lee, A 0", "New York"])
    prose = 'note\nhe said "a b" loudly\nthen "c" "d" again\nand so on\n'
    assert read_one(write(tmp_path / "b.csv", prose)).delimiter is None


def test_more_prose_than_table(tmp_path: Path) -> None:
    prose = "".join(f"Note {n}: exported by the shop\n" for n in range(12))
    seen = read_one(write(tmp_path / "a.csv", prose + "id;name\n1;Ann\n2;Bo\n"))
    assert (seen.delimiter, seen.rows[-3:]) == (";", [["id", "name"], ["1", "Ann"], ["2", "Bo"]])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.text("ab '\\,;\"x客", max_size=6), min_size=3, max_size=3),
        min_size=4,
        max_size=8,
    )
)
def test_rfc_4180_is_never_taken_for_something_else(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    """Whatever the texts hold: where every cell stands in double quotes, it is read as it is."""
    table = [["id", "name", "amount"], *([f"k{n}", *row[1:]] for n, row in enumerate(rows))]
    text = "".join(",".join('"' + c.replace('"', '""') + '"' for c in row) + "\n" for row in table)
    path = write(tmp_path_factory.mktemp("rfc") / "a.csv", text)
    assert read_one(path, delimiter=",").rows == table
