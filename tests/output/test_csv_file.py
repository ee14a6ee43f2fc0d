"""Csv read back with the csv module and pandas."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from output_samples import HOSTILE

from ci_cli.columnar import Columnar
from ci_cli.output.csv_file import write, write_rows
from ci_cli.output.options import Options
from ci_cli.output.render import write_report
from ci_cli.output.safe import file_text, spreadsheet_text, unguarded
from ci_cli.report import Column, Report


def read(report: Report, options: Options | None = None) -> list[dict[str, str]]:
    out = io.StringIO()
    write(report, out, options or Options())
    return list(csv.DictReader(io.StringIO(out.getvalue(), newline=""), strict=True))


def test_the_main_table_with_keys_and_exact_figures(full: Report) -> None:
    rows = read(full)
    assert list(rows[0]) == [c.key for c in full.tables[0].columns if c.kind != "spark"]
    assert len(rows) == 3  # no total
    assert rows[0] == {
        "id": "00123", "name": "张伟有限公司", "state": "dormant", "day": "2011-12-09",
        "month": "2011-12", "orders": "1234", "silent": "30.5", "net": "1234.56",
        "quantity": "1.5", "change": "0.125", "score": "0.5",
    }  # fmt: skip
    assert rows[1]["id"] == "1E5"
    assert rows[1]["name"] == "NA"
    assert rows[1]["net"] == "-512345.6789"
    assert set(rows[2].values()) == {"C3", ""}


def test_formulas_are_guarded_and_negative_figures_are_not(hostile: Report) -> None:
    rows = read(hostile)
    assert [unguarded(row["name"]) for row in rows] == [file_text(name) for name in HOSTILE]
    for row in rows:
        assert row["name"][:1] not in tuple("=+-@\t\r")  # nothing a spreadsheet would run
        assert row["net"] == "-5.00"
    names = [row["name"] for row in rows]
    assert names[:4] == ["'=1+1", "'+1", "'-2", "'@x"]
    assert "esc \\x1b[31mred" in names
    assert "bidi \\u202egnp.exe" in names
    assert "two\nlines" in names


def test_raw_leaves_the_apostrophe_away(hostile: Report) -> None:
    rows = read(hostile, Options(raw=True))
    assert [row["name"] for row in rows] == [file_text(name) for name in HOSTILE]


@pytest.mark.parametrize(
    ("value", "cell"), [("-5", "-5"), ("+86", "+86"), ("007", "007"), ("=1", "'=1"), ("-x", "'-x")]
)
def test_ids_that_are_numbers_stay(value: str, cell: str) -> None:
    out = io.StringIO()
    write_rows([Column("id", "id", "id")], [(value,)], out, Options())
    assert out.getvalue() == f"id\n{cell}\n"


_TEXTS = st.one_of(st.none(), st.text(st.sampled_from("ab'=-+,;\"\n\r\t 张\x1b0"), max_size=4))


@given(st.lists(st.tuples(_TEXTS, _TEXTS, st.none() | st.integers(-(10**9), 10**9))))
def test_columns_are_written_as_the_csv_module_writes_rows(rows: list[Any]) -> None:
    columns = (Column("one", "one"), Column("two", "two", "id"), Column("three", "x", "money"))
    expected, streamed, held = io.StringIO(), io.StringIO(), io.StringIO()
    writer = csv.writer(expected, lineterminator="\n")
    writer.writerow(["one", "two", "three"])
    for one, two, money in rows:
        id_is_number = two is not None and file_text(two).lstrip("+-").isdecimal()
        writer.writerow([
            "" if one is None else spreadsheet_text(file_text(one)),
            "" if two is None else file_text(two) if id_is_number
            else spreadsheet_text(file_text(two)),
            "" if money is None else f"{Decimal(money).scaleb(-4):.4f}".removesuffix("00")
            if money % 100 == 0 else f"{Decimal(money).scaleb(-4):.4f}".rstrip("0"),
        ])  # fmt: skip
    write_rows(columns, iter(rows), streamed, Options())
    cells = list(zip(*rows, strict=True)) or [()] * 3
    write_rows(columns, Columnar(tuple, cells), held, Options())
    assert streamed.getvalue() == held.getvalue() == expected.getvalue()


@pytest.mark.parametrize("name", ["", "x", None])
def test_a_row_of_one_cell_is_a_line_as_the_csv_module_writes_it(name: str | None) -> None:
    out, expected = io.StringIO(), io.StringIO()
    write_rows([Column("name", "name")], [(name,)], out, Options())
    csv.writer(expected, lineterminator="\n").writerows([["name"], [name]])
    assert out.getvalue() == expected.getvalue()


def test_a_hostile_key_is_guarded_too() -> None:
    out = io.StringIO()
    write_rows([Column("=cmd", "x")], [], out, Options())
    assert out.getvalue() == "'=cmd\n"


def test_pandas_reads_the_file(full: Report, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    write_report(full, target=target, quiet=True)
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,")
    frame = pandas.read_csv(target, dtype=str, keep_default_na=False)
    assert frame["name"].tolist() == ["张伟有限公司", "NA", ""]
    assert [Decimal(x) for x in frame["net"][:2]] == [Decimal("1234.56"), Decimal("-512345.6789")]


@given(st.lists(st.tuples(st.text(), st.integers(-(2**63), 2**63)), max_size=5))
def test_any_text_and_any_amount_come_back(rows: list[tuple[str, int]]) -> None:
    out = io.StringIO()
    columns = [Column("name", "name"), Column("net", "net", "money")]
    assert write_rows(columns, iter(rows), out, Options()) == len(rows)
    found = list(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True))[1:]
    assert [(unguarded(name), Decimal(net)) for name, net in found] == [
        (file_text(name), Decimal(net) / 10_000) for name, net in rows
    ]


def test_no_table_no_content() -> None:
    from ci_cli.text import msg

    out = io.StringIO()
    write(Report("r", msg("trend"), []), out, Options())
    assert out.getvalue() == ""
