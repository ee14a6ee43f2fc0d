"""``import preview``: what it prints for people, and what it prints for programs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.cli.app import run

HEAD = "id,name,amount\n"
ROWS = "".join(f"{n},A {n},{n}.50\n" for n in range(1, 31))


@pytest.fixture
def orders(tmp_path: Path) -> str:
    (tmp_path / "orders.csv").write_text("Title\n" + HEAD + ROWS + '31,"y,1\n=1+1,-2,@a,b\n')
    return str(tmp_path / "orders.csv")


def test_csv_holds_header_and_all_rows_as_text(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "preview", orders, "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert printed.out == HEAD + ROWS + '31,"""y",1\n=1+1,-2,@a,b\n'
    for said in ("utf-8", "comma", "Title", "header: line 2", "line 33", "line 34"):
        assert said in printed.err


def test_people_see_twenty_rows_and_all_that_is_wrong(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "preview", orders]) == 0
    printed = capsys.readouterr()
    assert "A 20 " in printed.out
    assert "A 21 " not in printed.out
    assert "line 33" in printed.err
    assert run(["import", "preview", orders, "--rows", "2", "-q"]) == 0
    printed = capsys.readouterr()
    assert "A 3 " not in printed.out
    assert printed.err.count("Warning") == 2
    assert run(["import", "preview", orders, "--rows", "all"]) == 0
    assert "=1+1" in capsys.readouterr().out


def test_json_has_the_lines_and_the_problems(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "preview", orders, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["meta"]["delimiter"] == ","
    assert found["meta"]["header_lines"] == [2]
    assert [problem["line"] for problem in found["meta"]["problems"]] == [33, 34]
    assert found["rows"][0] == {
        "line": 3, "id": "1", "name": "A 1", "amount": "1.50", "column 4": None,
    }  # fmt: skip
    assert found["rows"][-1]["column 4"] == "b"


def test_no_store_is_made(orders: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["import", "preview", orders, "-o", "out.csv"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv", "out.csv"]


def test_empty_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").touch()
    for words, out in ((["--format", "csv"], ""), ([], "No rows")):
        assert run(["import", "preview", str(tmp_path / "a.csv"), *words]) == 0
        printed = capsys.readouterr()
        assert out in printed.out
        assert not (words and printed.out)
        assert "empty" in printed.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--rows", "few"], 2, "rows-invalid"),
        (["--table", "3"], 2, "table-missing"),
        (["--limit", "length=3"], 2, "limit-invalid"),
        (["--limit", "size=9"], 1, "file-too-large"),
        (["--encoding", "latin-99"], 2, "encoding-option"),
        (["--format", "xlsx"], 2, "format-needs-file"),
    ],
)
def test_questions(
    orders: str, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["import", "preview", orders, *words]) == code
    assert says in capsys.readouterr().err


def test_second_table_and_second_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import openpyxl

    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROWS + "\nsku,stock\nX,5\nY,6\n")
    assert run(["import", "preview", str(path), "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert printed.out == HEAD + ROWS
    assert "--table 2" in printed.err
    assert run(["import", "preview", str(path), "--format", "csv", "--table", "2"]) == 0
    assert capsys.readouterr().out == "sku,stock\nX,5\nY,6\n"
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.create_sheet("more").append(["c", "d"])
    made.save(tmp_path / "b.xlsx")
    assert run(["import", "preview", str(tmp_path / "b.xlsx")]) == 0
    assert "further sheets: more" in capsys.readouterr().err
    assert run(
        ["import", "preview", str(tmp_path / "b.xlsx"), "--sheet", "more", "--format", "csv"]
    ) == 0  # fmt: skip
    assert capsys.readouterr().out == "c,d\n"


def test_equal_and_blank_names_make_different_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("a,a,,line\n1,2,3,4\n")
    assert run(["import", "preview", str(tmp_path / "a.csv"), "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row == {"line": 2, "a": "1", "a (2)": "2", "column 3": "3", "line (2)": "4"}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.lists(st.text("ab 1,\"'\n=\r\t客", max_size=5), min_size=2, max_size=2), max_size=6
    )
)
def test_what_is_printed_reads_back(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:  # fmt: skip
    """Every cell comes out as it is: no guard, no rounding, no trimming."""
    table = [["id", "name", "text"], *([f"k{n}", *row] for n, row in enumerate(rows))]
    path = tmp_path_factory.mktemp("back") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(table)
    capfdbinary.readouterr()
    words = ["--format", "csv", "--delimiter", ",", "--rows", "all"]
    assert run(["import", "preview", str(path), *words]) == 0
    printed = capfdbinary.readouterr().out.decode("utf-8")
    assert list(csv.reader(io.StringIO(printed, newline=""))) == table
