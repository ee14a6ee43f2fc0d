"""A large file is read once, in bounded memory; what comes of it is what a small one would give.

The limits are made tiny here, so that a few rows take every path that millions would.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.importing import load_orders, order_keys, plan
from ci_cli.importing.values import cells
from ci_cli.readers import guard
from importer import bring_in, new_store
from store_dump import logical_dump

HEADER = ["order id", "order date", "customer id", "status", "sku", "description", "qty", "price",
          "remark"]  # fmt: skip
NUMBERED = ["order id", "line no", *HEADER[1:]]

_words = {
    "day": ["2024-01-05", "2024-01-06", "2024-01-06 10:00:00"],
    "odd day": ["05/06/2024", "25/06/2024", "2024-02-31", ""],
    "price": ["1.50", "2.25", "0", "1200"],
    "odd price": ["1,200.50", "1.200", "2,5", "x", "¥3"],
}
_row = st.tuples(
    st.sampled_from(["1", "2", "3", "C4", "SO5", ""]),
    st.sampled_from(_words["day"] * 8 + _words["odd day"]),
    st.sampled_from(["K1", "K1", "K1", "K2", ""]),
    st.sampled_from(["", "", "cancelled"]),
    st.sampled_from(["A1", "B2", ""]),
    st.sampled_from(["Tea", "Tea (damaged)", ""]),
    st.sampled_from(["1", "2", "-1", ""]),
    st.sampled_from(_words["price"] * 8 + _words["odd price"]),
    st.sampled_from(["", "x", "y"]),
)
_rows = st.lists(_row, min_size=6, max_size=24)
_SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def _limits(chunk: int, sample: int, remembered: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "CHUNK_ROWS", chunk)
        patch.setattr(plan, "SAMPLE_ROWS", sample)
        patch.setattr(order_keys, "REMEMBERED", remembered)
        patch.setattr(cells.Remembered.__init__, "__defaults__", (remembered,))
        yield


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def _story(folder: Path, name: str, *files: Path) -> Any:
    """Return all that imports of the files, one after the other, tell and leave behind."""
    store = new_store(folder / f"{name}.db")
    told: list[Any] = []
    for file in files:
        try:
            result = bring_in(store, file, kind="orders")
        except CiError as error:
            told.append((error.code, str(error.message)))
            continue
        told += [
            (
                entry.counts,
                [str(note.text) for note in entry.notes],
                [(header, field, str(why)) for header, field, why in entry.decisions],
                [(str(r.where), r.value, str(r.reason), r.row) for r in entry.rejects],
            )
            for entry in result.files
        ]
    return told, logical_dump(store, provenance=True)


@_SOME
@given(rows=_rows, more=_rows, numbered=st.booleans(), chunk=st.integers(1, 7))
def test_limits_change_nothing(
    rows: list[Any], more: list[Any], numbered: bool, chunk: int
) -> None:
    header = HEADER
    if numbered:
        header = NUMBERED
        rows = [(row[0], str(n % 3 + 1), *row[1:]) for n, row in enumerate(rows)]
        more = [(row[0], str(n % 3 + 1), *row[1:]) for n, row in enumerate(more)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first = _write(folder / "a.csv", header, rows)
        second = _write(folder / "b.csv", header, [*rows[: len(rows) // 2], *more])
        # the sample also decides what the columns are: it must be the same
        with _limits(chunk=5_000, sample=5, remembered=100_000):
            whole = _story(folder, "whole", first, second, first)
        with _limits(chunk=chunk, sample=5, remembered=3):
            parts = _story(folder, "parts", first, second, first)
    assert parts == whole


def _passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a file of orders is staged."""
    passes: list[int] = []
    staged = load_orders._staged

    def counting(*arguments: Any) -> Any:
        passes.append(1)
        return staged(*arguments)

    monkeypatch.setattr(load_orders, "_staged", counting)
    return passes


def _clean(count: int) -> list[list[str]]:
    return [
        [f"SO{n // 3:04}", "2024-01-05", "K1", "", "A1", "Tea", "1", f"{n}.50", ""]
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("column", "text", "passes"),
    [
        (None, "", 1),
        (7, "1,250.00", 1),  # tells nothing new: a point divides the fraction
        (7, "1.250,00", 2),  # a decimal comma among points: the shares of both decide
        (1, "NULL", 2),
        (1, "2024/01/05", 1),
        (1, "25/01/2024", 2),  # no date of the sample needed an order of day and month
        (2, "'0007", 1),
    ],
)
def test_a_file_is_read_again_only_if_its_sample_misled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: int | None, text: str, passes: int
) -> None:
    rows = _clean(200)
    if column is not None:
        rows[50][column] = text
    file = _write(tmp_path / "a.csv", HEADER, rows)
    counted = _passes(monkeypatch)
    with _limits(chunk=10, sample=10, remembered=100):
        bring_in(new_store(tmp_path / "s.db"), file)
    assert len(counted) == passes


def test_a_code_column_that_turns_out_to_be_numbers_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _clean(60)
    for row in rows[:40]:
        row[2] = "17.0"
    for row in rows[40:]:
        row[2] = "A17"  # so .0 belongs to the codes
    file = _write(tmp_path / "a.csv", HEADER, rows)
    counted = _passes(monkeypatch)
    store = new_store(tmp_path / "s.db")
    with _limits(chunk=10, sample=10, remembered=100):
        bring_in(store, file)
    assert len(counted) == 2
    assert {row[0] for row in logical_dump(store)["customer"]} == {"default/id/17.0",
                                                                   "default/id/A17"}  # fmt: skip


def test_what_only_the_whole_shows_is_said_of_the_same_headings(tmp_path: Path) -> None:
    """A question that comes late is the same question, so one answer does for several files."""
    rows = [[f"A{n}", f"2024-01-{n:02}", "K", "Tea", "1"] for n in range(1, 9)]
    late = [*rows, ["B1", "13/02/2024", "K", "Tea", "1"], ["B2", "02/13/2024", "K", "Tea", "1"]]
    header = ["Order ID", "Order Date", "Customer ID", "Product", "Quantity"]
    found = []
    for sample in (4, 5_000):
        file = _write(tmp_path / "late.csv", header, late)
        store = new_store(tmp_path / f"{sample}.db")
        with _limits(chunk=4, sample=sample, remembered=100), pytest.raises(CiError) as caught:
            bring_in(store, file, kind="orders")
        found.append((caught.value.code, caught.value.headings))
    assert found == [("date-ambiguous", tuple(sorted(header)))] * 2
