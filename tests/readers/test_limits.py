"""Every limit has a name, holds, and can be raised for one run."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from reading import write

from ci_cli.errors import CiError, ExitCode
from ci_cli.readers import guard
from ci_cli.readers.base import ReadOptions
from ci_cli.readers.limits import LIMITS, in_force, parse_limits
from ci_cli.readers.opening import open_tables


def rows_of(path: Path, *limits: str) -> int:
    options = ReadOptions(limits=parse_limits(limits))
    with open_tables(path, options) as tables:
        return sum(len(chunk.rows) for chunk in tables[0].chunks())


def test_every_limit_is_a_constant_that_has_a_name() -> None:
    named = {constant for limit in LIMITS.values() for constant in limit.constants}
    assert all(isinstance(getattr(guard, constant), int) for constant in named)
    limits = {name for name in vars(guard) if name.startswith(("MAX_", "CHILD_"))}
    assert limits - named == {"MAX_PART_BYTES"}  # what our own memory must hold


def test_values_with_units() -> None:
    assert parse_limits(["size=2G"])["MAX_FILE_BYTES"] == 2 * guard.GIB
    assert parse_limits(["Line=3k", "ratio=500"]) == {
        "MAX_LINE_BYTES": 3072, "MAX_TEXT_RATIO": 500, "MAX_BOOK_RATIO": 500,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["size", "size=", "size=x", "length=3", "size=0", "size=-1", ""])
def test_what_sets_no_limit(text: str) -> None:
    with pytest.raises(CiError, match="limit-invalid") as caught:
        parse_limits([text])
    assert caught.value.exit_code == ExitCode.DECIDE
    assert len(caught.value.details) == len(LIMITS)


def test_limits_hold_for_one_block_only() -> None:
    before = guard.MAX_XML_DEPTH
    with in_force({"MAX_XML_DEPTH": 7}):
        assert before != guard.MAX_XML_DEPTH == 7
    assert before == guard.MAX_XML_DEPTH


@pytest.mark.parametrize(
    ("name", "content", "lowered", "code"),
    [
        ("a.csv", "a,b\n1,2\n", "size=4", "file-too-large"),
        ("a.csv", "a,b\n" + "x" * 3_000_000 + ",2\n", "line=1M", "line-too-long"),
        ("a.csv", "a,b,c\n1,2,3\n", "columns=2", "line-too-long"),
        ("a.csv.gz", "a,b\n" + "1,2\n" * 99, "size=4", "file-too-large"),
        ("a.xml", "<a>" + "<b><c>1</c></b>" * 2 + "</a>", "depth=2", "xml-limit"),
        ("a.xml", "<a>" + "<b><c>1</c><d>2</d></b>" * 2 + "</a>", "columns=1", "xml-limit"),
    ],
)
def test_limit_of_text(tmp_path: Path, name: str, content: str, lowered: str, code: str) -> None:
    path = write(tmp_path / name, content)
    assert rows_of(path) > 1
    with pytest.raises(CiError, match=code) as caught:
        rows_of(path, lowered)
    assert "--limit" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("lowered", "code"),
    [("members=3", "archive-unsafe"), ("memory=1M", "workbook-unreadable"),
     ("errors=1", "workbook-uncalculated")],
)  # fmt: skip
def test_limit_of_a_workbook(tmp_path: Path, lowered: str, code: str) -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "=1+1", "=2+2"])
    made.save(tmp_path / "a.xlsx")
    assert rows_of(tmp_path / "a.xlsx") == 1
    with pytest.raises(CiError, match=code) as caught:
        rows_of(tmp_path / "a.xlsx", lowered)
    assert "--limit" in str(caught.value.hint)


def test_long_cell(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b\n1," + "x" * 200_000 + "\n2,y\n")
    with open_tables(path, ReadOptions(limits=parse_limits(["field=1M"]))) as (table,):
        rows = [row for chunk in table.chunks() for row in chunk.rows]
    assert [len(row) for row in rows] == [2, 2, 2]
    assert len(rows[1][1]) == 200_000
