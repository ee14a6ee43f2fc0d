"""A database's word for nothing: told by all columns of a file, however its rows are cut up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.evidence import look_at_all
from ci_cli.importing.values.nulls import NullEvidence, NullRule
from ci_cli.readers.base import Chunk
from sheets import HEADER, Brought, order_row, text_file


def rule_of(columns: Sequence[Collection[str]]) -> NullRule:
    evidence = NullEvidence()
    evidence.look(columns)
    for place in evidence.doubtful:
        evidence.judge(place, columns[place])
    return evidence.rule()


@pytest.mark.parametrize(
    ("columns", "literals"),
    [
        ({"region": ["NULL", "SP"], "fax": ["NULL", "1-2"]}, {"NULL"}),  # Northwind
        ({"name": ["NULL", "Ann"]}, set()),  # a person of that name
        ({"shipped": ["1996-07-16", "NULL"]}, {"NULL"}),
        ({"amount": ["12.5", "\\N"]}, {"\\N"}),
        ({"a": ["NA", "1"], "b": ["NA", "2"]}, set()),
        ({"a": ["null"], "b": ["null"]}, set()),
        ({}, set()),
    ],
)
def test_null_literals(columns: dict[str, list[str]], literals: set[str]) -> None:
    rule = rule_of(list(columns.values()))
    assert rule.literals == literals
    assert bool(rule.reason) == bool(literals)


CELL = st.sampled_from(["NULL", "\\N", "", "12.5", "2025-01-02", "Ann", "7", "null"])


@given(
    st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    st.lists(st.integers(1, 5), min_size=12, max_size=12),
)
def test_it_does_not_depend_on_where_rows_are_cut(
    rows: list[tuple[str, str, str]], sizes: list[int]
) -> None:
    whole = rule_of([set(column) for column in zip(*rows, strict=True)])
    chunks, rest = [], [list(row) for row in rows]
    for size in sizes:
        piece, rest = rest[:size], rest[size:]
        if piece:
            chunks.append(Chunk(list(range(len(piece))), piece))
    assert look_at_all(lambda: chunks, 3, {}).nulls == whole


@pytest.mark.parametrize("place", [1, 999, 1_000, 2_400])
def test_a_customer_called_null_wherever_it_stands(tmp_path: Path, place: int) -> None:
    """All of its neighbours within the piece that is read at a time are numbers."""
    rows = [order_row(n, 客户=f"公司{n}" if n < 1_000 else str(n)) for n in range(2_500)]
    rows[place] = order_row(place, 客户="NULL")
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "a.csv", [HEADER, *rows]))
    assert "NULL" not in brought.notes()
    assert brought.ask("SELECT count(*) FROM record WHERE name = 'NULL'") == [(1,)]
