"""Exports of one row per order: the money stands on the order, and belongs to what was ordered."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.store import engine
from importer import bring_in, new_store

HEADER = "订单编号,下单时间,会员名,商品名称,商品类目,数量,实付金额,订单状态\n"
ROWS = (
    "A1,2024-03-01,小雨,围巾,配饰,1,30.10,交易成功\n"
    "A2,2024-03-02,阿强,衬衫,女装,2,99.90,交易成功\n"
    "A3,2024-03-05,小雨,球鞋,鞋,1,200.00,交易关闭\n"
    "A4,2024-04-01,阿强,连衣裙,女装,3,450.00,交易成功\n"
)
CELLS = (
    "SELECT substr(v.day, 1, 7), coalesce(c.category, ''), sum(v.amount), sum(v.quantity),"
    " count(v.line_id), group_concat(DISTINCT v.kind)"
    " FROM revenue_line AS v LEFT JOIN item_category AS c ON c.item_id = v.item_id"
    " GROUP BY 1, 2 ORDER BY 1, 2"
)


def cells(store: Path) -> list[tuple[object, ...]]:
    """Return month, category, money (ten-thousandths), quantity (millionths), lines, kinds."""
    with closing(engine.connect(store)) as conn:
        return [tuple(row) for row in conn.execute(CELLS)]


def imported(folder: Path, *texts: str) -> list[tuple[object, ...]]:
    folder.mkdir(exist_ok=True)
    store = new_store(folder / "ci.db")
    for number, text in enumerate(texts):
        path = folder / f"{number}.csv"
        path.write_text(text, "utf-8")
        assert not any(file.counts.rejected for file in bring_in(store, path).files)
    return cells(store)


def test_the_total_of_an_order_of_one_thing_is_revenue_of_its_category(tmp_path: Path) -> None:
    assert imported(tmp_path, HEADER + ROWS) == [
        ("2024-03", "女装", 999_000, 2_000_000, 1, "sale"),
        ("2024-03", "配饰", 301_000, 1_000_000, 1, "sale"),
        ("2024-04", "女装", 4_500_000, 3_000_000, 1, "sale"),
    ]


def test_orders_of_several_things_keep_their_total_whole(tmp_path: Path) -> None:
    several = "A5,2024-05-01,小雨,围巾,配饰,1,80.00,交易成功\nA5,2024-05-01,小雨,球鞋,鞋,1,80.00,交易成功\n"
    found = imported(tmp_path, HEADER + ROWS + several)
    assert found[3:] == [("2024-05", "", 800_000, None, 0, "sale")]


def test_the_same_thing_on_several_rows_is_one_thing(tmp_path: Path) -> None:
    twice = "订单号,日期,客户,产品大类,订单总额\n" + "A6,2024-05-01,甲,配饰,80.00\n" * 2
    assert imported(tmp_path, twice) == [("2024-05", "配饰", 800_000, None, 0, "sale")]


@pytest.mark.parametrize("said", ["80.00", "-80.00"])
def test_a_return_among_such_rows_lowers_its_category(tmp_path: Path, said: str) -> None:
    text = (
        "单据编号,日期,客户,商品大类,单据金额,业务类型\n"
        f"A1,2024-03-01,甲,配饰,300.00,销售\nA2,2024-03-02,甲,配饰,{said},退货\n"
    )
    assert imported(tmp_path, text)[0][:3] == ("2024-03", "配饰", 2_200_000)


def test_parts_in_any_order_give_the_same_as_the_whole(tmp_path: Path) -> None:
    first, *_, last = ROWS.splitlines(keepends=True)
    whole = imported(tmp_path / "whole", HEADER + ROWS)
    assert imported(tmp_path / "first", HEADER + first, HEADER + ROWS) == whole
    assert imported(tmp_path / "last", HEADER + last, HEADER + ROWS, HEADER + first) == whole
