"""Properties of import: overlapping exports, undo, file order. The rows are made up by hypothesis."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.store import engine
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

HEADER = ["order id", "order date", "customer id", "country", "sku", "description", "qty", "price"]
WITHOUT_IDS = ["order date", "customer name", "product", "quantity", "amount"]

_flat = st.tuples(
    st.sampled_from(["1", "2", "3", "C4"]),
    st.sampled_from(["2024-01-05", "2024-01-06"]),
    st.just(""),
    st.sampled_from(["France", "Spain", ""]),
    st.sampled_from(["A1", "B2"]),
    st.sampled_from(["Tea", "Tea (damaged)"]),
    st.sampled_from(["1", "2", "-1"]),
    st.sampled_from(["1.50", "2.25", "0"]),
).map(lambda row: (*row[:2], {"1": "K1", "2": "K2", "3": "K1", "C4": "K1"}[row[0]], *row[3:]))
_loose = st.tuples(
    st.sampled_from(["2024-01-05", "2024-01-06"]),
    st.sampled_from(["Ann", "Bob", ""]),
    st.sampled_from(["Tea", "Coffee"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["3.00", "4.00", "-3.00"]),
)
_SOME = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def _dump_after(folder: Path, name: str, header: Sequence[str], *parts: Any) -> Any:
    store = new_store(folder / f"{name}.db")
    for number, rows in enumerate(parts):
        if rows:
            bring_in(store, _write(folder / f"{name}{number}.csv", header, rows), kind="orders")
    return logical_dump(store)


@_SOME
@given(rows=st.lists(_flat, min_size=1, max_size=14), data=st.data())
def test_a_part_and_then_the_whole_is_the_whole(rows: list[Any], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    part = [row for row, kept in zip(rows, keep, strict=True) if kept]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert _dump_after(folder, "two", HEADER, part, rows) == _dump_after(
            folder, "one", HEADER, rows
        )


@_SOME
@given(rows=st.lists(_loose, min_size=1, max_size=14), data=st.data())
def test_the_same_holds_without_order_ids(rows: list[Any], data: st.DataObject) -> None:
    keep = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    part = [row for row, kept in zip(rows, keep, strict=True) if kept]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert _dump_after(folder, "two", WITHOUT_IDS, part, rows) == _dump_after(
            folder, "one", WITHOUT_IDS, rows
        )


@_SOME
@given(rows=st.lists(_flat, min_size=1, max_size=14), data=st.data())
def test_the_order_of_rows_changes_nothing(rows: list[Any], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert _dump_after(folder, "one", HEADER, rows) == _dump_after(
            folder, "two", HEADER, shuffled
        )


@_SOME
@given(first=st.lists(_flat, max_size=10), second=st.lists(_flat, min_size=1, max_size=10))
def test_undo_restores_the_store_before(first: list[Any], second: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = new_store(folder / "s.db")
        if first:
            bring_in(store, _write(folder / "a.csv", HEADER, first), kind="orders")
        before = logical_dump(store, provenance=True)
        # the second file holds the first, as a later export does
        result = bring_in(store, _write(folder / "b.csv", HEADER, [*first, *second]), kind="orders")
        with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
            undo.undo(conn, result.batch_id, AT)
        assert logical_dump(store, provenance=True) == before


@_SOME
@given(rows=st.lists(_flat, min_size=1, max_size=14))
def test_a_dry_run_counts_what_the_run_does(rows: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = new_store(folder / "s.db")
        file = _write(folder / "a.csv", HEADER, rows)
        before = logical_dump(store)
        dry = bring_in(store, file, keep=False, kind="orders")
        assert logical_dump(store) == before
        assert bring_in(store, file, kind="orders").counts == dry.counts
        again = bring_in(store, file, kind="orders").counts
        assert again.unchanged + again.rejected + again.conflict == len(rows)
