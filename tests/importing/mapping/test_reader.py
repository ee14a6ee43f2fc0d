"""What the reader learnt: where it speaks, and what it never overrules."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
import train_reader

from ci_cli.errors import CiError
from ci_cli.importing.mapping import learned, reader, traits
from ci_cli.importing.mapping.columns import ColumnMap, columns_of, map_columns
from ci_cli.importing.mapping.sheet import Sheet


def mapped(header: str, *rows: str, **given: Any) -> ColumnMap:
    return map_columns(header.split("|"), [row.split("|") for row in rows], **given)


def fields(header: str, *rows: str, **given: Any) -> dict[str, str]:
    columns = mapped(header, *rows, **given).columns
    return {column.header: column.field for column in columns if column.field}


def sheet_of(header: str, *rows: str) -> Sheet:
    sheet = Sheet(columns_of(header.split("|"), [row.split("|") for row in rows]))
    sheet.kind = "orders"
    return sheet


# A haulier's book: no rule knows haulage for money.
FREIGHT = "Haul No|Uplift Date|Account Holder|Load description|Cartons|Total Haulage"
CARRIED = (
    "CN40117|03/09/2023|Harbour Tiles Ltd|Ceramic tiles|12|340.00",
    "CN40118|04/09/2023|Moor Feeds|Animal feed|30|512.50",
    "CN40119|04/09/2023|Harbour Tiles Ltd|Grout and adhesive|4|96.00",
)


@pytest.mark.slow
def test_the_weights_were_learnt_from_the_sheets_as_they_are() -> None:
    sheets = train_reader.everything()
    memory = learned.memory()
    assert memory.sheets == len(sheets)
    assert memory.corpus == train_reader.checksum(sheets), "python tools/train_reader.py update"
    assert train_reader.TARGET.stat().st_size < 1_000_000
    told = [sheet for sheet in sheets if sheet.own][::10]
    counts: Counter[bool] = Counter()
    for sheet in told:
        for share, names in zip(memory.judge(sheet.shared, sheet.own), sheet.labels, strict=True):
            counts[max(share, key=lambda name: share[name]) in names] += 1
    assert counts[True] > 0.97 * counts.total()


def test_the_same_sheets_teach_the_same_weights() -> None:
    some = list(train_reader.examples(train_reader.SHEETS / "header_held_out_25.yaml"))
    taught = train_reader.train(some)
    assert taught == train_reader.train(some)
    memory = learned.parse(taught)
    assert memory.sheets == len(some)
    share = memory.judge(some[0].shared, some[0].own)
    right = [max(s, key=lambda name: s[name]) in n for s, n in zip(share, some[0].labels, strict=True)]  # fmt: skip
    assert all(right)
    assert all(abs(sum(one.values()) - 1) < 1e-9 for one in share)


def test_rounding_keeps_what_was_learnt() -> None:
    some = list(train_reader.examples(train_reader.SHEETS / "header_held_out_24.yaml"))
    memory = learned.parse(train_reader.train(some))
    told = [(sheet, sheet.kind) for sheet in some if sheet.kind]
    for sheet, kind in told:
        share = memory.judge_kind(sheet.about)
        assert max(share, key=lambda name: share[name]) == kind, sheet.name


def test_it_fills_what_no_rule_reads_and_says_so() -> None:
    column = mapped(FREIGHT, *CARRIED, kind="orders").choice("order.total")
    assert column is not None
    assert column.header == "Total Haulage"
    assert column.reason.text.startswith("reads like {field}: learnt from")
    assert column.reason.params["sheets"] == learned.memory().sheets
    assert float(str(column.reason.params["share"])) >= 100 * reader.FILL


def test_neither_the_order_of_rows_nor_their_number_changes_a_trait() -> None:
    shuffled = list(CARRIED)
    random.Random(3).shuffle(shuffled)
    assert traits.of_columns(sheet_of(FREIGHT, *CARRIED)) == traits.of_columns(
        sheet_of(FREIGHT, *shuffled)
    )
    many = sheet_of(FREIGHT, *(CARRIED * 400))
    assert traits.of_columns(many) == traits.of_columns(sheet_of(FREIGHT, *CARRIED))


def test_what_a_person_says_stands() -> None:
    left = fields(FREIGHT, *CARRIED, kind="orders", overrides={"order.total": "-"})
    assert "order.total" not in left.values()
    told = fields(FREIGHT, *CARRIED, kind="orders", overrides={"order.owner": "Total Haulage"})
    assert told["Total Haulage"] == "order.owner"


def test_what_lines_prove_stands() -> None:
    header = "订单号|订单日期|客户名称|商品名称|数量|单价|手续费"
    rows = ("A1|2024-01-02|甲公司|纸箱|3|2.50|7.50", "A2|2024-01-03|乙公司|胶带|4|1.25|5.00",
            "A3|2024-01-03|丙公司|气泡膜|7|3.00|21.00")  # fmt: skip
    assert fields(header, *rows)["手续费"] == "line.amount"


def test_a_quantity_that_the_price_does_not_multiply_is_none() -> None:
    header = "日期|客户|品名|重量(斤)|单价|金额"
    assert (
        "line.quantity"
        not in fields(header, "2024-05-01|甲|苹果|10|5|50", "2024-05-16|乙|西瓜|30|2|61").values()
    )


@pytest.mark.parametrize("width", [1, reader.MOST_COLUMNS + 1])
def test_of_single_columns_and_of_very_wide_sheets_it_says_nothing(width: int) -> None:
    header = "|".join(f"order no {index}" for index in range(width))
    sheet = sheet_of(header, "|".join(["A17"] * width), "|".join(["A18"] * width))
    reader.hear_reader(sheet)
    assert not any(column.field for column in sheet.columns)
    assert reader.learned_kind(sheet, other=False) is None


def test_purchases_and_wages_are_still_refused() -> None:
    for header, row in (
        ("采购单号|采购日期|供应商名称|物料名称|采购数量|采购单价|采购金额",
         "CG01|2024-01-02|宏达|钢板|3|100|300"),
        ("工号|姓名|部门|基本工资|奖金|实发工资", "001|王芳|财务|5000|300|5300"),
    ):  # fmt: skip
        with pytest.raises(CiError) as refused:
            mapped(header, row, row)
        assert refused.value.code == "kind-unknown"


def test_unknown_traits_and_empty_sheets_are_harmless() -> None:
    share = learned.memory().judge([], [["no such trait"]])[0]
    assert abs(sum(share.values()) - 1) < 1e-9
    sheet = sheet_of("a|b")
    reader.hear_reader(sheet)
    assert not any(column.field for column in sheet.columns)
