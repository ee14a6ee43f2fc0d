"""Rows held by column are the rows that a list of them would be."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.columnar import Columnar, columns_of, is_ranked


class Pair(NamedTuple):
    left: int
    right: str | None


PAIRS = st.lists(st.builds(Pair, st.integers(-3, 3), st.none() | st.text(max_size=2)), max_size=6)


@given(PAIRS, st.data())
def test_like_a_list(rows: list[Pair], data: Any) -> None:
    held = Columnar.of(Pair, rows)
    assert held == rows
    assert rows == held  # either way round
    assert list(held) == rows
    assert len(held) == len(rows)
    assert bool(held) == bool(rows)
    part = slice(data.draw(st.integers(-7, 7)), data.draw(st.integers(-7, 7)))
    assert held[part] == rows[part]
    assert list(held.column("right")) == [row.right for row in rows]
    assert Columnar.of(Pair, held) is held
    assert held != [*rows, Pair(1, "more")]
    if rows:
        places = data.draw(st.lists(st.integers(0, len(rows) - 1)))
        assert held.picked(places) == [rows[place] for place in places]
        assert isinstance(held[places[0]] if places else held[0], Pair)
        assert held[:-1] != rows


def test_a_column_may_hold_rows() -> None:
    inner = Columnar(Pair, ([1, 2, 3], ["a", "b", "c"]))
    held = Columnar(tuple, ([10, 20, 30], inner))
    assert list(held) == [(10, (1, "a")), (20, (2, "b")), (30, (3, "c"))]
    assert held[1][1].right == "b"
    assert list(held.picked([2, 0])) == [(30, (3, "c")), (10, (1, "a"))]
    assert list(held[1:]) == [(20, (2, "b")), (30, (3, "c"))]


def test_nothing_and_what_does_not_fit() -> None:
    assert len(Columnar(tuple, ())) == 0
    assert list(columns_of([], 2)) == [(), ()]
    assert list(columns_of([(1, 2), (3, 4)], 2)) == [(1, 3), (2, 4)]
    with pytest.raises(ValueError, match="shorter"):
        list(Columnar(tuple, ([1, 2], [1])))
    with pytest.raises(IndexError):
        Columnar(tuple, ([1],))[1]


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 5)), max_size=6))
def test_ranked_is_by_amount_and_then_by_id(rows: list[tuple[int, int]]) -> None:
    amounts, ids = [row[0] for row in rows], [row[1] for row in rows]
    keys = [(-amount, own) for amount, own in rows]
    assert is_ranked(amounts, ids) == (keys == sorted(set(keys)) and len(set(keys)) == len(keys))


@given(st.lists(st.integers(0, 9), max_size=5))
def test_some_rows_are_picked(places: list[int]) -> None:
    rows = Columnar(tuple, (list(range(10)), Columnar(tuple, (list("abcdefghij"),))))
    assert list(rows.picked(places)) == [(place, ("abcdefghij"[place],)) for place in places]
