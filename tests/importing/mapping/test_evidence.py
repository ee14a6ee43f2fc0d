"""What arithmetic, days and weak words decide where no header does, and what they must not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.importing.mapping.clues import clue
from ci_cli.importing.mapping.columns import ColumnMap, map_columns
from ci_cli.importing.mapping.figures import Figures, is_product
from ci_cli.importing.mapping.headers import read_header


def mapped(header: str, *rows: str, **options: Any) -> ColumnMap:
    return map_columns(header.split("|"), [row.split("|") for row in rows], **options)


def fields(header: str, *rows: str, **options: Any) -> dict[str, str]:
    result = mapped(header, *rows, **options)
    return {column.header: column.field for column in result.columns if column.field}


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize(
    ("texts", "sizes"),
    [
        (["1,234.50", "7"], [1234.5, 7.0]),
        (["1.234,50", "0,05"], [1234.5, 0.05]),
        (["$9.50", "(3.00)", "-", ""], [9.5, -3.0, None, None]),
        (["abc", "12"], [None, 12.0]),
        (["1e400", "9" * 400, "-1e400", "2"], [None, None, None, 2.0]),
    ],
)
def test_numbers_are_read_in_the_style_of_their_column(
    texts: list[str], sizes: list[float | None]
) -> None:
    assert Figures(texts).rows == sizes


@given(st.lists(st.tuples(st.integers(2, 500), st.integers(101, 99_999)), min_size=2, max_size=30))
def test_a_product_is_known_and_one_off_by_a_tenth_is_not(rows: list[tuple[int, int]]) -> None:
    quantity = Figures([str(q) for q, _ in rows])
    price = Figures([f"{cents / 100:.2f}" for _, cents in rows])
    amount = Figures([f"{q * cents / 100:.2f}" for q, cents in rows])
    off = Figures([f"{q * cents / 90:.2f}" for q, cents in rows])
    everywhere = range(len(rows))
    assert is_product(quantity, price, amount, everywhere)
    assert not is_product(quantity, price, off, everywhere)


def test_one_times_anything_proves_nothing() -> None:
    ones, prices = Figures(["1", "1", "1"]), Figures(["5", "6", "7"])
    assert not is_product(ones, prices, prices, range(3))


# ---------------------------------------------------------------- lines


def test_figures_name_columns_that_no_header_names() -> None:
    got = fields(
        "when|who for|what|how many|bb|cc",
        "3 May 2024|Bell Inn|flour|12|3.80|45.60",
        "4 May 2024|Mrs Tull|bread|30|1.45|43.50",
        "6 May 2024|Bell Inn|yeast|8|3.25|26.00",
    )
    assert got == {"when": "order.date", "who for": "customer.name", "what": "line.product_name",
                   "how many": "line.quantity", "bb": "line.unit_price", "cc": "line.amount"}  # fmt: skip


@pytest.mark.parametrize(
    ("price", "field"), [("14.99|29.98|44.97", "line.amount"), ("14.99|14.99|14.99", "line.unit_price")]
)  # fmt: skip
def test_a_price_that_grows_with_the_quantity_is_the_amount(price: str, field: str) -> None:
    rows = [
        f"{n}|2024-01-0{n}|Ann|lead|{n}|{cell}" for n, cell in enumerate(price.split("|"), start=1)
    ]
    got = fields("order-id|purchase-date|buyer-name|product-name|qty|item price", *rows)
    assert got["item price"] == field


def test_the_amount_after_a_discount_is_the_sale() -> None:
    got = fields(
        "订单日期|订单号|客户|书名|册数|定价|折扣|码洋|实洋",
        "2024-03-01|F1|新华书店|语文|100|30|65|3000|1950",
        "2024-03-01|F1|新华书店|数学|50|48|65|2400|1560",
        "2024-03-04|F2|西西弗|数学|20|48|60|960|576",
    )
    assert got["实洋"] == "line.amount"
    assert "码洋" not in got


def test_wages_and_stock_are_no_sales_though_they_multiply() -> None:
    for header, rows in [
        ("Week|Employee|Task|Hours|Rate|Pay", ["2024-01-05|Ann|x|38|20|760",
                                               "2024-01-12|Bob|y|30|22|660"]),
        ("Date|Item|In|Out|Unit cost|Value", ["2024-01-05|Bolt|10|0|2.50|25",
                                              "2024-01-06|Nut|20|0|1.50|30"]),
    ]:  # fmt: skip
        with pytest.raises(CiError) as stopped:
            mapped(header, *rows)
        assert stopped.value.code == "kind-unknown"


# ---------------------------------------------------------------- totals

ORDER = "单号|日期|客户|品名|数量|单价|小计|{}"


def test_what_adds_up_the_lines_is_the_total() -> None:
    rows = ["A1|2024-03-01|甲|帽|3|10|30|80", "A1|2024-03-01|甲|衣|2|25|50|80",
            "A2|2024-03-02|乙|帽|4|10|40|40"]  # fmt: skip
    assert fields(ORDER.format("全部"), *rows)["全部"] == "order.total"
    off = [row.replace("|80", "|81") for row in rows]
    assert "全部" not in fields(ORDER.format("全部"), *off)


def test_received_money_gives_way_to_what_the_lines_add_up_to() -> None:
    rows = ["A1|2024-03-01|甲|帽|3|10|30|80|70", "A1|2024-03-01|甲|衣|2|25|50|80|70",
            "A2|2024-03-02|乙|帽|4|10|40|40|40"]  # fmt: skip
    assert fields(ORDER.format("应收金额|实收金额"), *rows)["应收金额"] == "order.total"


# ---------------------------------------------------------------- days and names


def test_of_unknown_days_the_first_is_the_orders() -> None:
    header = "单号|出厂时间|进厂时间|客户|金额"
    rows = ["1|2024-01-03|2024-01-02|甲|10", "2|2024-01-09|2024-01-05|乙|20"]
    assert fields(header, *rows)["进厂时间"] == "order.date"
    with pytest.raises(CiError) as stopped:  # each is first once
        mapped("单号|甲天|乙天|客户|金额", "1|2024-01-03|2024-01-02|甲|10",
               "2|2024-01-04|2024-01-05|乙|20")  # fmt: skip
    assert stopped.value.code == "header-ambiguous"


def test_a_customers_reference_is_an_id_only_if_it_stays_with_the_customer() -> None:
    header = "Order No|Order Date|Customer|Customer Reference|Amount"
    theirs = ["1|2024-01-02|Hill|PO-1|10", "2|2024-01-03|Hill|PO-2|20"]
    ours = ["1|2024-01-02|Hill|H7|10", "2|2024-01-03|Hill|H7|20", "3|2024-01-03|Dale|D1|20"]
    assert "Customer Reference" not in fields(header, *theirs)
    assert fields(header, *ours)["Customer Reference"] == "customer.id"


@pytest.mark.parametrize(
    ("header", "field", "weight"),
    [
        ("How many", "line.quantity", 3),
        ("Slip total", "order.total", 3),
        ("Rate/Mtr", "line.unit_price", 2),
        ("农户姓名", "customer.name", 2),
        ("啥货", "line.product_name", 3),
        ("VAT total", "line.amount", 0),
    ],
)
def test_weak_words(header: str, field: str, weight: int) -> None:
    assert clue(read_header(header), field) >= weight
    assert bool(weight) == bool(clue(read_header(header), field))


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("ORDDTE", "order.date"),
        ("CUSNAM", "customer.name"),
        ("ITMDSC", "line.product_name"),
        ("UNTPRC", "line.unit_price"),
        ("STDCST", "line.cost"),
        ("CSTNAM", "customer.name"),
        ("line_item.unit_amount", "line.unit_price"),
        ("Deal - Value", "order.total"),
    ],
)
def test_short_forms_and_paths(header: str, field: str) -> None:
    assert field in read_header(header).fields()


def test_a_fee_for_each_place_less_a_concession_is_what_was_due() -> None:
    header = "Reg No|Date|Student|Course|Places|Fee each|Concession|Amount due"
    rows = ["R1|2023-07-18|Ann Hill|Pottery|2|98.00|20.00|176.00",
            "R2|2023-07-18|Ben Dale|Linocut|1|72.00|0.00|72.00",
            "R3|2023-07-24|Cy Moor|Pottery|3|98.00|0.00|294.00"]  # fmt: skip
    found = fields(header, *rows)
    assert found["Places"] == "line.quantity"
    assert found["Fee each"] == "line.unit_price"
    assert found["Amount due"] == "line.amount"
    off = [row.replace("176.00", "170.00") for row in rows]
    assert "Amount due" not in fields(header, *off)


@pytest.mark.parametrize("counted", ["", "|Copies"])
def test_a_price_that_makes_the_total_with_its_tax_is_no_unit_price(counted: str) -> None:
    header = f"Job|Date|Client|Work{counted}|Price|VAT 15%|Total"
    copies = ["|5000", "|300"] if counted else ["", ""]
    rows = [f"P1|2022-07-18|Karoo Tours|A5 flyers{copies[0]}|3450.00|517.50|3967.50",
            f"P2|2022-07-19|Berg School|Report books{copies[1]}|2880.00|432.00|3312.00"]  # fmt: skip
    found = fields(header, *rows)
    assert "line.unit_price" not in found.values()
    assert found["Price"] == "line.amount"
    assert found["Total"] == "order.total"
    other = [row.replace("3967.50", "3900.00") for row in rows]
    assert fields(header, *other)["Price"] == "line.unit_price"
