"""Rows of delimited text: the same as the csv module gives, with the line that each begins on."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import error_of, read_one, write

from ci_cli.readers import guard
from ci_cli.readers.base import DamagedRow, ReadOptions
from ci_cli.readers.opening import open_tables

# No digits: a column of numbers lets a line inside a text be taken for a row, which is on purpose
# and has its own tests (test_damaged_rows).
CELL = st.text('ab ,;|\t"\n\r客é', max_size=7)


def by_csv(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """The standard reader, with the line on which each row begins; blank rows left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append((line, row))
        line = reader.line_num + 1
    return rows


@settings(max_examples=300, deadline=None)
@given(
    width=st.integers(2, 4),
    # csv.writer leaves a line break unquoted that is not in its own line end: that is not clean.
    style=st.sampled_from(
        [
            ("\r\n", csv.QUOTE_MINIMAL),
            ("\n", csv.QUOTE_ALL),
            ("\r\n", csv.QUOTE_ALL),
            ("\r", csv.QUOTE_ALL),
        ]
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    chunk=st.sampled_from([1, 2, 3, 1000]),
    data=st.data(),
)
def test_equal_to_csv_on_clean_input(
    tmp_path_factory: pytest.TempPathFactory,
    width: int,
    style: tuple[str, int],
    delimiter: str,
    chunk: int,
    data: st.DataObject,
) -> None:
    table = data.draw(
        st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
    )
    table.insert(0, [f"head{chr(97 + at)}" for at in range(width)])
    out = io.StringIO(newline="")
    end, quoting = style
    csv.writer(out, lineterminator=end, quoting=quoting, delimiter=delimiter).writerows(table)
    path = write(tmp_path_factory.mktemp("rows") / "a.csv", out.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "CHUNK_ROWS", chunk)
        seen = read_one(path, delimiter=delimiter)
    assert seen.numbered() == by_csv(out.getvalue(), delimiter)
    assert [row for _, row in seen.numbered()] == [
        row for row in table if any(cell.strip() for cell in row)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,b\n"x\ny",1\nz,2\n', [(1, ["a", "b"]), (2, ["x\ny", "1"]), (4, ["z", "2"])]),
        ('a,b\r\n"x\r\ny",1\r\nz,2\r\n',
         [(1, ["a", "b"]), (2, ["x\r\ny", "1"]), (4, ["z", "2"])]),
        ("a,b\r1,2\r3,4\r", [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])]),
        ("a,b\n1,2\r\n3,4\r5,6",
         [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]),
        ('a,b\n"say ""hi""",1\n', [(1, ["a", "b"]), (2, ['say "hi"', "1"])]),
        ("a,b\nO'Brien,'x'\n", [(1, ["a", "b"]), (2, ["O'Brien", "'x'"])]),
        ("a,b\n\n,\n  , \n1,2\n", [(1, ["a", "b"]), (5, ["1", "2"])]),
        ("a,b\n1,2\n\x1a", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,b,\n1,2,\n", [(1, ["a", "b", ""]), (2, ["1", "2", ""])]),
        ("a,b\n1\n1,2,3\n4,5\n",
         [(1, ["a", "b"]), (2, ["1"]), (3, ["1", "2", "3"]), (4, ["4", "5"])]),
        ("a,b\n12\" pipe,3\n", [(1, ["a", "b"]), (2, ['12" pipe', "3"])]),
        ("a,b\nNA,NULL\n00123,1E5\n",
         [(1, ["a", "b"]), (2, ["NA", "NULL"]), (3, ["00123", "1E5"])]),
    ],
)  # fmt: skip
def test_lines_and_cells(tmp_path: Path, text: str, expected: list[tuple[int, list[str]]]) -> None:
    assert read_one(write(tmp_path / "a.csv", text)).numbered() == expected


@pytest.mark.parametrize("chunk", [1, 2, 7])
def test_rows_that_lie_across_blocks(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "CHUNK_ROWS", chunk)
    text = "id,note,n\n" + "".join(
        f'{n},"line 1\nline 2, with comma\n\nline 4",{n}\n{n},plain,{n}\n' for n in range(9)
    )
    seen = read_one(write(tmp_path / "a.csv", text))
    assert seen.numbered() == by_csv(text)
    assert len(seen.rows) == 19


def test_long_cell_just_within_the_limit(tmp_path: Path) -> None:
    cell = "x" * guard.MAX_FIELD_CHARS
    seen = read_one(write(tmp_path / "a.csv", f'a,b\n"{cell}",1\n2,3\n'))
    assert seen.rows[1] == [cell, "1"]
    seen = read_one(write(tmp_path / "a.csv", f'a,b\n"{cell}x",1\n2,3\n'))
    assert isinstance(seen.rows[1], DamagedRow)
    assert str(guard.MAX_FIELD_CHARS) in str(seen.rows[1].reason)
    assert seen.numbered()[2] == (3, ["2", "3"])


def test_two_passes_side_by_side(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 12_000)
    with open_tables(path, ReadOptions()) as (table,):
        first, second = table.chunks(), table.chunks()
        next(first)
        assert sum(len(chunk.rows) for chunk in second) == 12_001
        assert sum(len(chunk.rows) for chunk in first) == 12_001 - guard.CHUNK_ROWS


@pytest.mark.shared
def test_csv_spectrum(shared_data: Path) -> None:
    folder = shared_data / "nasty" / "csv_spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 11
    for path in files:
        header, *rows = read_one(path).rows
        truth = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        found = [dict(zip(header, row, strict=True)) for row in rows]
        if "crlf" not in path.stem:  # there the truth writes the line ends as \n
            assert found == truth, path.name
        else:
            plain = [
                {key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in found
            ]
            expected = [
                {key: cell.replace("\r\n", "\n") for key, cell in row.items()} for row in truth
            ]
            assert plain == expected, path.name


@pytest.mark.shared
def test_half_a_million_rows_are_those_of_csv(shared_data: Path) -> None:
    path = shared_data / "online_retail" / "online_retail.csv.gz"

    def expected() -> Iterator[tuple[int, list[str]]]:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            for row in reader:
                yield reader.line_num, row

    truth = expected()
    with open_tables(path, ReadOptions()) as (table,):
        count = 0
        for chunk in table.chunks():
            for pair in zip(chunk.lines, chunk.rows, strict=True):
                assert pair == next(truth)
            count += len(chunk.rows)
    assert next(truth, None) is None
    assert count == 541_910


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "rows", "whole"),
    [("orders.csv", 830, 654), ("customers.csv", 91, 67), ("order-details.csv", 2155, 2155)],
)
def test_ragged_rows_of_northwind_stay_ragged(
    shared_data: Path, file: str, rows: int, whole: int
) -> None:
    header, *found = read_one(shared_data / "northwind" / file).rows
    assert len(found) == rows
    assert sum(len(row) == len(header) for row in found) == whole


def test_a_file_that_was_marked_twice(tmp_path: Path) -> None:
    for marks in (b"\xef\xbb\xbf" * 2, b"\xef\xbb\xbf" * 3):
        path = tmp_path / "a.csv"
        path.write_bytes(marks + b"id,name\n1,a\n")
        assert read_one(path).rows == [["id", "name"], ["1", "a"]]


def test_a_row_too_wide_for_any_table(tmp_path: Path) -> None:
    """As the header it costs too much to look at; as one row of many it is rejected alone."""
    wide = ",".join("1" * (guard.MAX_TEXT_COLUMNS + 1)) + "\n"
    rows = "1,2,3\n" * guard.HEAD_LINES
    assert error_of(write(tmp_path / "a.csv", "id,b," + wide + rows)).code == "line-too-long"
    seen = read_one(write(tmp_path / "b.csv", "id,b,c\n" + rows + wide + rows))
    assert len(seen.rows) == 2 * guard.HEAD_LINES + 2
    fits = wide[2:]
    assert len(read_one(write(tmp_path / "c.csv", fits * 3)).rows[0]) == guard.MAX_TEXT_COLUMNS
