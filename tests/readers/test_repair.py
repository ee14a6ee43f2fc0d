"""The likeliest reading of a damaged row: as many cells as usual, and not a character lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.readers.layout import Layout
from ci_cli.readers.repair import likely_cells, looks_like_row

LAYOUT = Layout(",", 4, (0, 3))


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        # a mark too many: before a cell, inside of one, behind one
        ('"1,Ann,"x, y",2', ['"1', "Ann", "x, y", "2"]),
        ('1,"Ann,"x, y",2', ["1", '"Ann', "x, y", "2"]),
        ('1,Ann,""x, y",2', ["1", "Ann", '"x, y', "2"]),
        ('1,Ann,"x, y"",2', ["1", "Ann", 'x, y"', "2"]),
        ('1,Ann,"x 10" y",2', ["1", "Ann", 'x 10" y', "2"]),
        # marks that are not doubled, before a delimiter too
        ('1,"say "hi", Ann",b,2', ["1", 'say "hi", Ann', "b", "2"]),
        ('1,"Table, 48"","Made, here",2', ["1", 'Table, 48"', "Made, here", "2"]),
        # never closed
        ('1,Ann,"x y,2', ["1", "Ann", '"x y', "2"]),
        ('1,"Ann\nof Ulm,x,2', ["1", '"Ann\nof Ulm', "x", "2"]),
        # no reading has four cells
        ('1,"Ann"x,y', ["1", '"Ann"x', "y"]),
    ],
)
def test_reading(text: str, cells: list[str]) -> None:
    assert likely_cells(text, LAYOUT) == cells


def test_numbers_decide_between_two_readings() -> None:
    assert likely_cells('1,"a","b",2,"', Layout(",", 4, (0, 2))) == ["1", 'a","b', "2", '"']


def test_a_row_full_of_marks_ends_soon() -> None:
    text = '"' + '","' * 4000
    assert "".join(likely_cells(text, LAYOUT)).count(",") <= 4000


@given(st.lists(st.text('ab"', max_size=4), min_size=4, max_size=4), st.integers(0, 40))
def test_nothing_is_lost(texts: list[str], at: int) -> None:
    """Only marks that quote, and delimiters, are not text."""
    row = ",".join('"' + text.replace('"', '""') + '"' for text in texts)
    damaged = row[: at % len(row)] + '"' + row[at % len(row) :]
    cells = likely_cells(damaged, Layout(",", 4))
    letters = "".join(char for char in damaged if char in "ab")
    assert "".join(char for cell in cells for char in cell if char in "ab") == letters
    assert len(cells) == 4


def test_an_open_quote_before_an_endless_text_is_split_all_the_same() -> None:
    """The csv module refuses a field of such a length, here in a line that is only looked at."""
    line = 'a,"b,' + "x" * 140_000 + "\n"
    assert not looks_like_row(line, Layout(",", 2))
    assert looks_like_row(line, Layout(",", 3))
