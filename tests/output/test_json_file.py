"""Json read back with exact decimals."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from output_samples import HOSTILE

from ci_cli import text
from ci_cli.output.json_file import write, write_rows
from ci_cli.output.options import Options
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def written(report: Report) -> str:
    out = io.StringIO()
    write(report, out, Options())
    return out.getvalue()


def read(report: Report) -> Any:
    return json.loads(written(report), parse_float=Decimal)


def test_meta_rows_total_and_tables(full: Report) -> None:
    read_back = read(full)
    assert list(read_back) == ["meta", "rows", "total", "tables"]
    assert read_back["rows"][0] == {
        "id": "00123", "name": "张伟有限公司", "state": "dormant", "day": "2011-12-09",
        "month": "2011-12", "orders": 1234, "silent": Decimal("30.5"), "net": Decimal("1234.56"),
        "quantity": Decimal("1.5"), "change": Decimal("0.125"), "score": Decimal("0.5"),
        "trend": [1, Decimal("2.5"), None, 4],
    }  # fmt: skip
    assert read_back["rows"][1]["net"] == Decimal("-512345.6789")
    assert set(read_back["rows"][2].values()) == {"C3", None}
    assert read_back["total"]["net"] == Decimal("-511111.1189")
    assert read_back["total"]["id"] is None  # the word "total" is for people only
    assert read_back["tables"]["second"]["rows"] == [{"id": "C9", "name": "second"}]
    meta = read_back["meta"]
    assert meta["report"] == "full"
    assert meta["as_of"] == "2011-12-09"
    assert meta["shares"] == [Decimal("0.5"), None]
    assert {"key": "net", "kind": "money", "unit": "CNY"} in meta["columns"]
    assert meta["notes"][1] == {"level": "warning", "text": "Saved: a warning"}


def test_money_is_a_literal_that_no_float_touched() -> None:
    columns = (Column("net", "net", "money"),)
    report = Report("r", msg("trend"), [Table("t", columns, [(9_007_199_254_740_993_1234,)])])
    assert '"net": 9007199254740993.1234}' in written(report)


def test_hostile_text_comes_back_and_nothing_acts(hostile: Report) -> None:
    out = written(hostile)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]", out)
    assert [row["name"] for row in json.loads(out)["rows"]] == HOSTILE
    assert "张伟" in out


def test_labels_are_translated_and_keys_are_not(full: Report) -> None:
    before = read(full)
    text.activate("zh")
    after = read(full)
    assert after["meta"]["notes"][0]["text"] != before["meta"]["notes"][0]["text"]
    assert after["rows"] == before["rows"]
    assert after["meta"]["columns"] == before["meta"]["columns"]


def test_an_empty_report() -> None:
    assert read(Report("r", msg("trend"), []))["rows"] == []


@given(st.lists(st.tuples(st.text(), st.integers(-(2**70), 2**70) | st.none()), max_size=5))
def test_any_rows_come_back(rows: list[tuple[str, int | None]]) -> None:
    out = io.StringIO()
    columns = [Column("name", "name"), Column("net", "net", "money")]
    assert write_rows(columns, iter(rows), out, Options(key="x", meta={"a": 1})) == len(rows)
    read_back = json.loads(out.getvalue(), parse_float=Decimal)
    assert read_back["meta"]["a"] == 1
    assert [(row["name"], row["net"]) for row in read_back["rows"]] == [
        (name, None if net is None else Decimal(net) / 10_000) for name, net in rows
    ]
