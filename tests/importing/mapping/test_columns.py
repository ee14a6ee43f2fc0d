"""Mapping: each decision right or asked for, and the same for rows in any order."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.importing.mapping.columns import ColumnMap, map_columns
from ci_cli.importing.mapping.sheet import flag

ORDERS = "订单号|订单日期|客户编号|产品编号|数量|单价|金额"
ORDER_ROWS = [
    "A1|2024-03-01|K1|P1|2|10|20",
    "A1|2024-03-01|K1|P2|3|5|15",
    "A2|2024-03-20|K2|P1|1|10|10",
]


def mapped(header: str, *rows: str, **options: Any) -> ColumnMap:
    return map_columns(header.split("|"), [row.split("|") for row in rows], **options)


def fields(header: str, *rows: str, **options: Any) -> dict[str, str]:
    columns = mapped(header, *rows, **options).columns
    return {column.header: column.field for column in columns if column.field}


def asked(header: str, *rows: str, **options: Any) -> CiError:
    with pytest.raises(CiError) as error:
        mapped(header, *rows, **options)
    assert error.value.exit_code == ExitCode.DECIDE
    return error.value


def test_every_column_is_told_with_a_reason_in_header_order() -> None:
    result = mapped("订单号|订单日期|客户|金额|外星列", "A1|2024-03-01|甲|2|x")
    assert [column.header for column in result.columns] == [
        "订单号",
        "订单日期",
        "客户",
        "金额",
        "外星列",
    ]
    assert all(str(column.reason) for column in result.columns)
    assert str(result.kind_reason)
    assert result.index("line.amount") == 3
    assert result.index("line.cost") is None
    assert [column.header for column in result.extras] == ["外星列"]


def test_no_rows_are_enough_where_headers_are_plain() -> None:
    assert fields(ORDERS)["金额"] == "line.amount"


# ---------------------------------------------------------------- what the user decides


def test_a_map_wins_over_everything() -> None:
    got = fields(ORDERS, *ORDER_ROWS, overrides={"order.total": "金额", "line.cost": "#6"})
    assert got["金额"] == "order.total"
    assert got["单价"] == "line.cost"


def test_a_field_may_be_left_without_a_column() -> None:
    assert "数量" not in fields(ORDERS, *ORDER_ROWS, overrides={"line.quantity": "-"})


@pytest.mark.parametrize(
    ("overrides", "code", "help_"),
    [
        ({"line.amout": "金额"}, "map-field-unknown", "line.amount"),
        ({"amount": "金额"}, "map-field-unknown", "line.amount"),
        ({"line.amount": "金額额"}, "map-header-unknown", "金额"),
        ({"line.amount": "#99"}, "map-header-unknown", "订单号"),
    ],
)
def test_unknown_names_are_refused_with_what_is_legal(
    overrides: dict[str, str], code: str, help_: str
) -> None:
    error = asked(ORDERS, *ORDER_ROWS, overrides=overrides)
    assert error.code == code
    assert help_ in str(error.hint) + " ".join(map(str, error.details))


def test_a_header_that_stands_twice_is_named_by_its_place() -> None:
    header = "订单号|订单日期|客户|金额|金额"
    rows = ["A1|2024-03-01|甲|2|3", "A2|2024-03-02|乙|4|5"]
    error = asked(header, *rows)
    assert error.code == "header-duplicate"
    assert "#4" in str(error.hint)
    assert asked(header, *rows, overrides={"line.amount": "金额"}).code == "map-header-unknown"
    assert mapped(header, *rows, overrides={"line.amount": "#5"}).index("line.amount") == 4


def test_a_header_that_stands_twice_with_the_same_values_needs_no_question() -> None:
    assert (
        mapped("订单号|订单日期|客户|金额|金额", "A1|2024-03-01|甲|2|2").index("line.amount") == 3
    )


def test_a_map_can_be_made_again_from_its_result() -> None:
    first = mapped(ORDERS, *ORDER_ROWS)
    again = mapped(ORDERS, *ORDER_ROWS, kind=first.kind, overrides=first.as_overrides())
    assert [c.field for c in again.columns] == [c.field for c in first.columns]


def test_flags_can_be_pasted_into_a_shell() -> None:
    assert flag("line.amount", "金额") == "--map line.amount=金额"
    assert flag("order.date", "Ship Date") == "--map 'order.date=Ship Date'"
    assert flag("order.date", "Ann's $x") == "--map 'order.date=Ann'\\''s $x'"


# ---------------------------------------------------------------- what must be asked


def test_two_equally_good_dates() -> None:
    header = "Order ID|Sale Date|Transaction Date|Customer|Amount"
    rows = ["1|2024-01-15|2024-01-16|Acme|10", "2|2024-01-17|2024-01-20|Beta|20"]
    error = asked(header, *rows)
    assert error.code == "header-ambiguous"
    assert "--map 'order.date=Sale Date'" in str(error.hint)
    assert fields(header, *rows, overrides={"order.date": "Sale Date"})["Sale Date"] == "order.date"


def test_an_unknown_date_column_is_not_passed_over() -> None:
    error = asked("客户名称|产品名称|数量|金额|交货日期", "甲|A|1|2|2024-01-15", kind="orders")
    assert error.code == "header-ambiguous"
    assert "交货日期" in str(error.hint)
    skipped = {"order.date": "-", "order.id": "交货日期"}
    assert mapped("客户名称|金额|交货日期", "甲|2|2024-01-15", kind="orders", overrides=skipped)


def test_an_unknown_amount_column_is_not_passed_over() -> None:
    error = asked(
        "订单号|订单日期|客户|回笼资金额", "A1|2024-01-15|甲|12.50", "A2|2024-01-16|乙|7.25"
    )
    assert error.code == "header-ambiguous"
    assert "line.amount" in str(error.hint)


def test_an_unknown_multiplier() -> None:
    error = asked("日期|客户|金额(十亿)", "2024-01-15|甲|1")
    assert error.code == "unit-unclear"
    got = fields("日期|客户|金额(十亿)", "2024-01-15|甲|1", overrides={"line.amount": "金额(十亿)"})
    assert got["金额(十亿)"] == "line.amount"


def test_an_amount_that_repeats_inside_orders_without_price_or_quantity() -> None:
    rows = [f"A{n}|2024-01-15|甲|P{line}|{n + 7}.50" for n in range(4) for line in range(2)]
    error = asked("订单号|订单日期|客户|产品名称|金额", *rows)
    assert error.code == "amount-ambiguous"
    assert "order.total" in str(error.hint)


@pytest.mark.parametrize("header", ["alpha|beta", "Returned|Order ID", "Person|Region", "ID|T|x|y"])
def test_what_is_no_list_of_ours(header: str) -> None:
    assert asked(header, "|".join("ab" for _ in header.split("|"))).code == "kind-unknown"


def test_as_orders_still_needs_an_order() -> None:
    assert asked("客户名称|地址", "甲|路1号", kind="orders").code == "column-missing"


# ---------------------------------------------------------------- money and levels


def test_a_total_on_every_line_is_the_orders() -> None:
    rows = [
        "A1|2024-03-01|K1|P1|2|10|35",
        "A1|2024-03-01|K1|P2|3|5|35",
        "A2|2024-03-20|K2|P1|1|10|10",
    ]
    got = fields("订单号|订单日期|客户编号|产品编号|数量|单价|合计", *rows)
    assert got["合计"] == "order.total"


def test_an_amount_of_that_name_that_repeats_is_the_orders_too() -> None:
    rows = [f"A{n}|2024-03-01|K1|P{line}|{line}|{n + 3}|99" for n in range(3) for line in (1, 2)]
    assert fields(ORDERS, *rows)["金额"] == "order.total"


def test_a_total_that_differs_inside_orders_is_the_lines() -> None:
    rows = ["A1|2024-03-01|K1|P1|20", "A1|2024-03-01|K1|P2|15", "A2|2024-03-20|K2|P1|10"]
    assert fields("订单号|订单日期|客户编号|产品编号|订单金额", *rows)["订单金额"] == "line.amount"


@pytest.mark.parametrize(
    ("header", "rows", "taken"),
    [
        ("Cart Discount", ["A1|2024-03-20|K1|P1|2|10|3", "A1|2024-03-20|K1|P2|1|5|3"], False),
        (
            "优惠",
            ["A1|2024-03-20|K1|P1|2|10|3", "A1|2024-03-20|K1|P2|1|5|3"],
            True,
        ),  # two lines only
        ("优惠", ["A1|2024-03-20|K1|P1|2|10|3", "A1|2024-03-20|K1|P2|1|5|2"], True),
        ("折扣率", ["A1|2024-03-20|K1|P1|2|10|5", "A1|2024-03-20|K1|P2|1|5|5"], True),
    ],
)
def test_a_discount_of_the_order_is_not_taken_from_each_line(
    header: str, rows: list[str], taken: bool
) -> None:
    found = fields(f"订单号|订单日期|客户编号|产品编号|数量|单价|{header}", *rows)
    assert ("line.discount" in found.values()) is taken


@pytest.mark.parametrize(("billed", "best"), [("250", "ordered"), ("150", "shipped")])
def test_the_quantity_is_the_one_that_the_price_multiplies(billed: str, best: str) -> None:
    rows = [f"1|2024-03-01|K1|P1|100|60|2.50|{billed}", "2|2024-03-20|K1|P2|10|10|3|30"]
    header = "order no|date|customer id|item code|ordered qty|shipped qty|unit price|amount"
    result = mapped(header, *rows)
    choice = result.choice("line.quantity")
    assert choice is not None
    assert choice.header == f"{best} qty"
    assert any("line.quantity" in str(note.text) for note in result.notes)


def test_a_column_of_any_name_is_the_quantity_if_the_price_multiplies_it() -> None:
    header = "日期|客户|品名|重量(斤)|单价|金额"
    rows = ["2024-05-01|甲|苹果|10|5|50", "2024-05-16|乙|西瓜|30|2|60"]
    assert fields(header, *rows)["重量(斤)"] == "line.quantity"
    unrelated = [rows[0], "2024-05-16|乙|西瓜|30|2|61"]
    assert "重量(斤)" not in fields(header, *unrelated)


def test_what_customers_bought_is_sold_and_what_one_bought_oneself_is_not() -> None:
    rows = ["2024-01-05|A|茶|10|50", "2024-02-16|B|水|20|30"]
    got = fields("日期|经销商名称|产品|进货数量|进货金额", *rows)
    assert got["进货数量"] == "line.quantity"
    assert got["进货金额"] == "line.amount"
    for header in ("日期|供应商名称|产品|进货数量|进货金额", "日期|仓库|产品|进货数量|进货金额"):
        assert asked(header, *rows).code == "kind-unknown"


@pytest.mark.parametrize(("basis", "taken"), [("net", "金额"), ("gross", "价税合计")])
def test_with_and_without_tax(basis: Any, taken: str) -> None:
    result = mapped(
        "开票日期|购买方名称|金额|税额|价税合计", "2024-06-03|甲|100|13|113", basis=basis
    )
    choice = result.choice("line.amount")
    assert choice is not None
    assert choice.header == taken
    assert any("tax" in str(note.text) for note in result.notes)


def test_the_taken_of_two_columns_is_said() -> None:
    result = mapped("订单号|下单时间|付款时间|客户|金额", "A1|2024-01-01|2024-01-02|甲|1")
    assert result.choice("order.date").header == "下单时间"  # type: ignore[union-attr]
    assert any("付款时间" in str(note.text) for note in result.notes)


def test_units_above_the_header_count_unless_the_header_has_its_own() -> None:
    result = mapped("日期|客户|金额|单价(元)|数量", "2024-01-15|甲|2|3|4", above=[["单位：万元"]])
    assert result.choice("line.amount").scale == 10_000  # type: ignore[union-attr]
    assert result.choice("line.unit_price").scale == 1  # type: ignore[union-attr]
    assert any(note.level == "warning" for note in result.notes)


def test_a_cost_per_unit_is_told_from_a_cost_per_line() -> None:
    header = "日期|客户|数量|金额|{}"
    for name, per_unit in [
        ("成本", False),
        ("单位成本", True),
        ("unit cost", True),
        ("COGS", False),
    ]:
        choice = mapped(header.format(name), "2024-01-15|甲|2|9|3").choice("line.cost")
        assert choice is not None
        assert choice.per_unit is per_unit


# ---------------------------------------------------------------- kinds and what is missing


def test_missing_columns_say_what_they_switch_off() -> None:
    no_customer = mapped("订单号|订单日期|产品|金额", "A1|2024-01-15|甲|2")
    assert any("rfm leaves" in str(text) for text in no_customer.missing)
    lines = mapped("orderID|productID|unitPrice|quantity", "1|2|3|4")
    assert any("wait for a file that dates" in str(text) for text in lines.missing)
    products = mapped("商品编码|商品名称", "A1|甲")
    assert products.kind == "products"
    assert any("no category" in str(text) for text in products.missing)


def test_our_own_columns_are_never_data() -> None:
    header = "订单号|订单日期|客户|金额|ci_source|ci_line|ci_reason"
    result = mapped(header, "A1|2024-01-15|甲|2|shop|7|because")
    assert result.choice("row.source").header == "ci_source"  # type: ignore[union-attr]
    assert result.extras == ()
    assert [c.own for c in result.columns] == [False] * 5 + [True, True]


def test_field_names_are_headers_of_their_fields() -> None:
    got = fields(
        "order.id|order.date|customer.id|line.product_name|line.amount", "1|2024-01-15|C|x|2"
    )
    assert set(got) == set(got.values())


def test_a_customers_own_turnover_is_no_sale() -> None:
    result = mapped("account|sector|revenue", "Acme|retail|1100.04", "Beta|medical|251.41")
    assert result.kind == "customers"
    assert result.choice("line.amount") is None


_MET = ("C1|Acme Ltd|2024-01-02|met at the fair", "C2|Bolt AG|2024-01-05|",
        "C3|Cord SA|2024-02-01|pays slowly")  # fmt: skip
_GOT = ("C1|甲公司|2024-01-02|展会认识", "C2|乙公司|2024-01-05|", "C3|丙公司|2024-02-01|付款慢")


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Customer ID|Name|Date|Comment", _MET),
        ("Customer No|Customer Name|Date|Notes", _MET),
        ("Client ID|Client|Date|Remarks", _MET),
        ("Account Number|Account Name|Date|Memo", _MET),
        ("客户编号|客户名称|日期|备注", _GOT),
        ("客户编号|名称|日期|说明", _GOT),
        ("客户代码|客户|日期|备注", _GOT),
        ("会员号|姓名|日期|备注", ("C1|王芳|2024-01-02|展会认识", "C2|李强|2024-01-05|")),
    ],
)
def test_numbered_customers_with_a_day_and_a_remark_bought_nothing(
    header: str, rows: tuple[str, ...]
) -> None:
    result = mapped(header, *rows)
    assert result.kind == "customers"
    found = {column.field for column in result.columns if column.field}
    assert found == {"customer.id", "customer.name"}


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Customer ID|Name|Order Date|Comment", _MET),
        ("Customer ID|Name|Purchase Date|Comment", _MET),
        ("Customer ID|Name|Date|Order ID", _MET),
        ("Customer ID|Name|Date|Product", _MET),
        ("客户编号|客户名称|下单日期|备注", _GOT),
        ("客户编号|客户名称|日期|订单号", ("C1|甲|2024-01-02|D1", "C2|乙|2024-01-05|D2")),
        ("客户编号|客户名称|日期|商品名称", _GOT),
    ],
)
def test_what_has_an_order_or_a_product_is_an_order_without_any_amount(
    header: str, rows: tuple[str, ...]
) -> None:
    assert mapped(header, *rows).kind == "orders"


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_never_matters(seed: int) -> None:
    rows = [*ORDER_ROWS, "A3|2024-04-01|K3|P9|1|7|7", "A3|2024-04-01|K3|P8|2|7|14"]
    shuffled = rows.copy()
    random.Random(seed).shuffle(shuffled)
    assert mapped(ORDERS, *shuffled) == mapped(ORDERS, *rows)


def test_ragged_rows_do_not_stop_the_mapping() -> None:
    assert (
        fields(ORDERS, "A1|2024-03-01", "A1|2024-03-01|K1|P2|3|5|15|surplus")["金额"]
        == "line.amount"
    )
