"""What the reader learnt: where it speaks, and what it never overrules."""

from __future__ import annotations

import random
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


@pytest.fixture(scope="module")
def taught() -> tuple[list[train_reader.Example], bytes]:
    """Return a few sheets of every kind, and what they teach."""
    told = train_reader.cases(train_reader.SHEETS / "header_held_out_24.yaml")
    by_kind: dict[str, list[Any]] = {}
    for case in told:
        by_kind.setdefault(case["kind"], []).append(case)
    some = [train_reader.example(case) for cases in by_kind.values() for case in cases[:2]]
    assert len(by_kind) > 2
    return some, train_reader.train(some)


def test_the_weights_were_learnt_from_the_sheets_as_they_are() -> None:
    """The sheets are those it learnt from; a tenth shows the same traits, and is read rightly.

    The traits of all of them are compared by ``tools/train_reader.py check``, in ``make check``.
    """
    sheets = train_reader.everything()
    memory = learned.memory()
    assert memory.sheets == len(sheets)
    assert memory.written == train_reader.as_written(sheets), "make reader"
    sample = list(map(train_reader.example, train_reader.sampled(sheets)))
    assert memory.sample == train_reader.checksum(sample), "make reader"
    assert train_reader.TARGET.stat().st_size < 1_000_000
    assert train_reader.fitting(memory, sample) > train_reader.LEAST_FITTING


@pytest.mark.loops
def test_learning_anew_gives_the_weights_that_ship() -> None:
    """What ships is what the sheets teach, but for the last digits of another machine."""
    sheets = list(map(train_reader.example, train_reader.everything()))
    shipped, anew = learned.memory(), learned.parse(train_reader.train(sheets))
    assert anew.corpus == shipped.corpus
    for sheet in train_reader.sampled(sheets):
        pairs = zip(shipped.judge(sheet.shared, sheet.own), anew.judge(sheet.shared, sheet.own),
                    strict=True)  # fmt: skip
        assert all(abs(one[name] - other[name]) < 0.05 for one, other in pairs for name in one)


def test_another_sheet_is_another_corpus() -> None:
    sheets = train_reader.everything()[:20]
    other = [*sheets[:-1], {**sheets[-1], "rows": sheets[-1]["rows"][:-1]}]
    assert train_reader.as_written(sheets) != train_reader.as_written(other)


def test_the_same_sheets_teach_the_same_weights(
    taught: tuple[list[train_reader.Example], bytes],
) -> None:
    some, weights = taught
    assert weights == train_reader.train(some)
    memory = learned.parse(weights)
    assert memory.sheets == len(some)
    share = memory.judge(some[0].shared, some[0].own)
    right = [max(s, key=lambda name: s[name]) in n for s, n in zip(share, some[0].labels, strict=True)]  # fmt: skip
    assert all(right)
    assert all(abs(sum(one.values()) - 1) < 1e-9 for one in share)


def test_rounding_keeps_what_was_learnt(taught: tuple[list[train_reader.Example], bytes]) -> None:
    some, weights = taught
    memory = learned.parse(weights)
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


@pytest.mark.parametrize("header", ["Floor", "Rooms"])
def test_a_number_that_would_make_the_money_needs_more_than_a_hunch(header: str) -> None:
    found = fields(
        f"Ref No|Booked On|Customer|{header}|Fee per Place",
        "B1|2018-02-14|Pennine|4|195.00", "B2|2018-02-15|St Oswald|6|45.00",
    )  # fmt: skip
    assert header not in found


SHOPS = "送货单号|送货日期|门店编号|门店名称|商品名称|数量|单价|金额"
SENT = (
    "S1|2018-07-19|M033|美家乐超市城东店|冰红茶|150|2.2|330",
    "S1|2018-07-19|M033|美家乐超市城东店|矿泉水|480|0.65|312",
    "S2|2018-07-20|M041|欣欣便利店|功能饮料|96|4.6|441.6",
)


def test_the_number_of_a_shop_that_buys_is_the_customers() -> None:
    found = fields(SHOPS, *SENT)
    assert (found["门店编号"], found["门店名称"]) == ("customer.id", "customer.name")
    mixed = fields(SHOPS, SENT[0].replace("M033", "M041"), *SENT[1:])
    assert "门店名称" not in mixed
    assert "门店编号" not in fields(SHOPS.replace("门店编号", "仓库编号"), *SENT)
