"""Lists of attitudes and of returns: recognised, linked, idempotent, and undone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.errors import CiError, Where
from ci_cli.importing.talks.choose import map_table
from ci_cli.store import engine, seals
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

ATTITUDES = (
    "Customer,Date,Attitude,Motive,Aim,Why,By,Source\n"
    "Blue Ltd,2026-03-01,cooling,price,,new CFO,li,visit\n"
    "Blue Ltd,2026-03-05,very positive,,grow in Leeds,,chen,\n"
    "甲公司,2026-03-06,转冷,,,换了负责人,陈,电话\n"
    "Blue Ltd,2026-03-07,purple,,,,li,\n"
    "Blue Ltd,2026-03-08,,,,said nothing,li,\n"
)
ROI = (
    "客户名称,日期,指标,实施前,实施后,单位,周期,客户原话\n"
    "Blue Ltd,2026-03-01,盘点时间,40,20,小时,周,时间省了一半\n"
    '甲公司,2026-03-02,Late orders,"12.5",3,%,month,we deliver on time\n'
    "甲公司,2026-03-03,nothing,,,,,no figure\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    made = new_store(tmp_path / "ci.db")
    (tmp_path / "c.csv").write_text("Customer ID,Customer Name\nK1,Blue Ltd\nK2,甲公司\n", "utf-8")
    bring_in(made, tmp_path / "c.csv", kind="customers")
    return made


def rows(store: Path, columns: str) -> list[tuple[Any, ...]]:
    with closing(engine.connect(store)) as conn:
        return [
            tuple(row)
            for row in conn.execute(
                f"SELECT {columns} FROM insight AS x JOIN record AS r ON r.id = x.record_id"
                " ORDER BY x.day, x.kind"
            )
        ]


def test_attitude_motive_and_aim_are_facts_of_their_own(store: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ATTITUDES, "utf-8")
    result = bring_in(store, tmp_path / "a.csv").files[0]
    assert (result.kind, result.counts.created, result.counts.rejected) == ("attitudes", 3, 2)
    assert rows(store, "x.day, x.kind, x.value, x.text, x.author, x.origin, r.customer_id") == [
        ("2026-03-01", "attitude", "cooling", "new CFO", "li", "visit", 1),
        ("2026-03-01", "motive", "price", "new CFO", "li", "visit", 1),
        ("2026-03-05", "aim", "grow in Leeds", None, "chen", None, 1),
        ("2026-03-05", "attitude", "enthusiastic", None, "chen", None, 1),
        ("2026-03-06", "attitude", "cooling", "换了负责人", "陈", "电话", 2),
    ]


def test_returns_keep_figures_and_words(store: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(ROI, "utf-8")
    result = bring_in(store, tmp_path / "r.csv").files[0]
    assert (result.kind, result.counts.created, result.counts.rejected) == ("roi", 2, 1)
    assert rows(store, "x.value, x.before, x.after, x.unit, x.period, x.text, r.customer_id") == [
        ("盘点时间", 40_000_000, 20_000_000, "小时", "周", "时间省了一半", 1),
        ("Late orders", 12_500_000, 3_000_000, "%", "month", "we deliver on time", 2),
    ]


@pytest.mark.parametrize("text", [ATTITUDES, ROI])
def test_again_changes_nothing_and_undo_takes_all_back(
    store: Path, tmp_path: Path, text: str
) -> None:
    before = logical_dump(store)
    (tmp_path / "f.csv").write_text(text, "utf-8")
    first = bring_in(store, tmp_path / "f.csv")
    held = logical_dump(store)["insight"]
    again = bring_in(store, tmp_path / "f.csv")
    assert again.files[0].counts.unchanged == first.files[0].counts.created
    assert logical_dump(store)["insight"] == held
    with closing(engine.connect(store, write=True)) as conn:
        for batch in (again.batch_id, first.batch_id):
            with engine.transaction(conn):
                undo.undo(conn, batch, AT)
        assert seals.broken(conn) == []
    assert logical_dump(store) == before


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        ("Customer|Date|Attitude|Notes|By", "Acme|2026-01-01|cooling|new boss came in|li",
         "attitudes"),
        ("客户|日期|态度|原因", "甲|2026-01-01|冷淡|价格", "attitudes"),
        ("Customer|Date|Metric|Before|After", "Acme|2026-01-01|hours|4|2", "roi"),
        # the attitude was noted in a talk
        ("客户名称|跟进时间|跟进方式|跟进人|跟进内容|客户态度", "甲|2026-01-01|电话|王|谈价格|积极",
         "interactions"),
        ("Customer|Date|Kind|Attitude|Notes", "Acme|2026-01-01|call|warm|spoke of prices",
         "interactions"),
        # or describes customers
        ("客户名称|行业|态度|日期", "甲|机械|积极|2026-01-01", "customers"),
        ("Account|Metric|Month|Value", "Acme|logins|2026-01|5", "usage"),
    ],
)  # fmt: skip
def test_what_a_file_lists(header: str, row: str, kind: str) -> None:
    found = map_table(header.split("|"), [row.split("|")], None, {}, [], Where())
    assert found.kind == kind


def test_attitudes_without_one_are_asked_for() -> None:
    header = ["Customer", "Date", "City"]
    with pytest.raises(CiError) as caught:
        map_table(header, [["Acme", "2026-01-01", "Rome"]], "attitudes", {}, [], Where())
    assert caught.value.code == "column-missing"
