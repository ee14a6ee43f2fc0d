"""One row for a whole order, bill or check: whose the money is, and which sum was the sale."""

from __future__ import annotations

from typing import Any

import pytest

from ci_cli.importing.mapping.columns import map_columns


def fields(header: str, *rows: str, **options: Any) -> dict[str, str]:
    result = map_columns(header.split("|"), [row.split("|") for row in rows], **options)
    return {column.header: column.field for column in result.columns if column.field}


BILLS = ("B1|2024-01-05|Ann|40.00", "B2|2024-01-06|Bob|55.00", "B3|2024-01-09|Ann|12.50")


def test_the_amount_of_a_whole_document_is_the_orders() -> None:
    assert fields("Bill No|Date|Customer|Amount", *BILLS)["Amount"] == "order.total"


@pytest.mark.parametrize(
    ("extra", "cells"),
    [("SKU", ("A-1", "A-2", "A-1")), ("Category", ("Tea", "Cups", "Tea")),
     ("Cost", ("20.10", "30.20", "8.05"))],
)  # fmt: skip
def test_a_row_that_describes_a_line_keeps_its_amount(extra: str, cells: tuple[str, ...]) -> None:
    rows = [f"{bill}|{cell}" for bill, cell in zip(BILLS, cells, strict=True)]
    assert fields(f"Bill No|Date|Customer|Amount|{extra}", *rows)["Amount"] == "line.amount"


def test_an_id_on_several_rows_numbers_no_whole_documents() -> None:
    found = fields("Bill No|Date|Customer|Amount", *BILLS, "B3|2024-01-09|Ann|7.00")
    assert found["Amount"] == "line.amount"


def test_several_products_in_one_cell_make_no_line() -> None:
    rows = [f"{bill}|{items}" for bill, items in zip(BILLS, ("Tea, Cup", "Pot", "Tea, Pot"),
                                                     strict=True)]  # fmt: skip
    assert fields("Bill No|Date|Customer|Total|Items", *rows)["Total"] == "order.total"


def test_what_was_to_be_paid_comes_before_what_it_was_before_the_discount() -> None:
    found = fields(
        "账单号|日期|会员姓名|消费金额|优惠金额|应收金额",
        "1001|2024-01-05|李芳|358.00|38.00|320.00",
        "1002|2024-01-05|王勇|126.00|0.00|126.00",
        "1003|2024-01-06|李芳|1280.00|128.00|1152.00",
    )
    assert found["应收金额"] == "order.total"
    assert "消费金额" not in found


@pytest.mark.parametrize(("basis", "taken"), [("net", "Net amount"), ("gross", "Total")])
def test_the_tax_basis_decides_between_two_sums(basis: Any, taken: str) -> None:
    found = fields(
        "Invoice No|Date|Customer|Net amount|VAT amount|Total",
        "I1|2024-01-05|Ann|100.00|20.00|120.00",
        "I2|2024-01-06|Bob|50.00|10.00|60.00",
        basis=basis,
    )
    assert [header for header, name in found.items() if name == "order.total"] == [taken]
    assert "line.amount" not in found.values()


@pytest.mark.parametrize("refund", ["-40.00|1.66|-38.34", "12.00|-0.60|11.40"])
def test_what_is_left_after_a_fee_is_no_sale(refund: str) -> None:
    found = fields(
        "Transaction ID|Date|Name|Gross|Fee|Net",
        "7AB1|2024-05-01|Iris Bloom|40.00|-1.66|38.34",
        "7AB2|2024-05-02|Otis Lang|18.50|-0.94|17.56",
        f"7AB3|2024-05-03|Iris Bloom|{refund}",
    )
    assert found["Gross"] == "order.total"
    assert "Net" not in found


def test_a_service_charge_is_no_fee_that_the_seller_pays() -> None:
    found = fields(
        "Check No|Date|Customer|Subtotal|Service charge|Total",
        "C1|2024-05-01|Iris Bloom|40.00|4.00|44.00",
        "C2|2024-05-02|Otis Lang|18.50|1.85|20.35",
    )
    assert "order.total" in found.values()
    assert "line.amount" not in found.values()


def test_paid_and_owed_add_up_to_the_sale() -> None:
    found = fields(
        "Booking ref|Booked on|Customer|Cost|Deposit|Outstanding",
        "R1|2024-03-01|Kay|38.00|10.00|28.00",
        "R2|2024-03-02|Rob|42.00|42.00|0.00",
        "R3|2024-03-02|Kay|76.00|20.00|56.00",
    )
    assert found["Cost"] == "order.total"


def test_line_products_are_not_taken_for_the_total_that_their_header_names() -> None:
    found = fields(
        "Order ID|Order Date|Customer|Ticket type|Quantity|Ticket price|Ticket total",
        "88|2024-03-01|Ana|VIP|1|80.00|80.00",
        "88|2024-03-01|Ana|VIP kids|1|80.00|80.00",
        "90|2024-03-02|Mo|Standard|2|45.00|90.00",
    )
    assert found["Ticket total"] == "line.amount"


def test_how_many_guests_came_is_no_customer() -> None:
    found = fields(
        "Booking ref|Booked|Couple|Guests|Total",
        "W1|2023-04-02|Hall & Osei|80|7700.00",
        "W2|2023-05-18|Pike & Yu|120|8760.00",
    )
    assert found.get("Guests") != "customer.id"


def test_a_number_with_gaps_gives_way_to_one_without() -> None:
    found = fields(
        "结算日期|团检单号|客户名称|金额|开票号",
        "2024-03-11|TJ240301|海川化工有限公司|17480|2433200000001",
        "2024-03-18|TJ240302|市第三中学|42000|",
    )
    assert found["团检单号"] == "order.id"
    assert "开票号" not in found
