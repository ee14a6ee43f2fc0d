"""Headers that only their neighbours explain: each rule with a case where it must not hold."""

from __future__ import annotations

import pytest

from ci_cli.errors import CiError
from ci_cli.importing.mapping.columns import map_columns


def fields(header: str, *rows: str) -> dict[str, str]:
    found = map_columns(header.split("|"), [row.split("|") for row in rows]).columns
    return {column.header: column.field for column in found if column.field}


WON = "Opportunity Name|Account Name|Stage|Amount|Created Date|Close Date"


def test_won_deals_are_orders_of_the_day_they_were_won() -> None:
    found = fields(
        WON,
        "Rollout|Coastal Freight|Closed Won|38400.00|2017-03-30|2017-05-30",
        "Renewal|Birch & Lowe|Closed Won|12950.00|2017-06-20|2017-07-18",
    )
    assert found["Close Date"] == "order.date"
    assert found["Amount"] == "order.total"
    assert "Created Date" not in found


def test_a_pipeline_with_open_deals_is_no_list_of_orders() -> None:
    with pytest.raises(CiError) as asked:
        fields(
            WON,
            "Rollout|Coastal Freight|Closed Won|38400.00|2017-03-30|2017-05-30",
            "Renewal|Birch & Lowe|Closed Lost|12950.00|2017-06-20|2017-07-18",
            "Training|Hallam Dental|Prospecting|4200.00|2017-08-09|2017-08-24",
        )
    assert asked.value.code == "kind-unknown"


def test_a_price_per_thing_is_a_price_where_the_things_are_counted() -> None:
    header = "Ref No|Booked On|Customer|Places|Fee per Place|Extras"
    rows = ("B1|2018-02-14|Pennine|4|195.00|1", "B2|2018-02-15|St Oswald|6|45.00|2")
    found = fields(header, *rows)
    assert (found["Places"], found["Fee per Place"]) == ("line.quantity", "line.unit_price")
    assert "Extras" not in found
    alone = fields(header.replace("Places", "Rooms"), *rows)
    assert "line.quantity" not in alone.values()


@pytest.mark.parametrize(
    ("rest", "taken"), [(("0.00", "1200.00"), "应收金额"), (("5.00", "5.00"), "实收金额")]
)
def test_a_part_payment_is_no_sale(rest: tuple[str, str], taken: str) -> None:
    found = fields(
        "单号|日期|客户|应收金额|实收金额|欠款",
        f"A1|2024-06-13|红袖衣舍|900.00|900.00|{rest[0]}",
        f"A2|2024-06-14|丽人坊|2700.00|1500.00|{rest[1]}",
    )
    assert [header for header, name in found.items() if name == "order.total"] == [taken]


def test_what_shares_a_word_with_the_name_belongs_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = "YS2404-058|2024-04-16|禾田餐饮|折页|宣传单|5000|0.18|900.00"
    found = fields("单号|日期|客户名称|印品名称|印品类别|数量|单价|金额", row)
    assert found["印品类别"] == "line.category"


def test_a_representative_with_a_telephone_is_the_customers_own() -> None:
    rows = (
        "M1|Alder & Finch|Miriam Finch|Partner|m@alder.example|01632 960144",
        "M2|Wexcombe Cycles|Dean Parry|Owner|d@wexcombe.example|01632 960178",
    )
    found = fields("Member No|Organisation|Rep name|Rep role|Rep e-mail|Rep tel", *rows)
    assert found["Rep name"] == "contact.name"
    short = fields("Member No|Organisation|Rep", "M1|Alder & Finch|JT", "M2|Wexcombe Cycles|MK")
    assert short["Rep"] == "customer.owner"


@pytest.mark.parametrize(("last", "taken"), [("", False), ("2219", True)])
def test_a_check_that_paid_only_some_rows_numbers_no_orders(last: str, taken: bool) -> None:
    found = fields(
        "Check #|Date|Buyer|Amount",
        "2207|2024-05-18|Green Fork Cafe|192.00",
        f"{last}|2024-05-18|Mill Pond Co-op|277.50",
    )
    assert ("order.id" in found.values()) is taken


def test_items_of_a_price_list_of_services_are_products() -> None:
    found = fields("项目编号|项目名称|门市价", "F001|小型犬洗护|88", "F002|中型犬洗护|128")
    assert found["项目名称"] == "line.product_name"
    assert found["项目编号"] == "line.product_id"


def test_a_number_and_a_day_of_the_same_word_are_the_orders() -> None:
    rows = ("WX01|2018-03-17|马先生|480", "WX02|2018-03-18|方敏|168")
    found = fields("接修单号|接修日期|客户|收费合计", *rows)
    assert (found["接修单号"], found["接修日期"]) == ("order.id", "order.date")
    told = fields("订单号|接修日期|客户|收费合计", *rows)
    assert told["订单号"] == "order.id"


@pytest.mark.parametrize(
    ("discounts", "taken"), [(("8.00", "4.50"), "Net sum"), (("8.00", "1.00"), "Subtotal")]
)
def test_an_amount_after_its_discount_goes_before_the_one_before_it(
    discounts: tuple[str, str], taken: str
) -> None:
    found = fields(
        "Sale ID|Date|Customer|Item|Qty|Price|Subtotal|Discounts|Net sum",
        f"8|2021-06-18|Tully|Chain|2|39.99|79.98|{discounts[0]}|71.98",
        f"9|2021-06-19|Kinsella|Helmet|1|45.00|45.00|{discounts[1]}|40.50",
    )
    assert [header for header, name in found.items() if name == "line.amount"] == [taken]
