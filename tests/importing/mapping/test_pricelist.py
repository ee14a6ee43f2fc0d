"""Lists of products: which price customers pay, and that a price list is no list of customers."""

from __future__ import annotations

import pytest

from ci_cli.errors import CiError
from ci_cli.importing.mapping.columns import ColumnMap, map_columns


def priced(*prices: str) -> ColumnMap:
    """Map a list of three products with columns of prices, each dearer than the one before."""
    header = ["SKU", "Product name", *prices]
    rows = [
        [f"A-{row}", f"Thing {row}", *(f"{place * 3 + row}.50" for place in range(len(prices)))]
        for row in range(3)
    ]
    return map_columns(header, rows)


@pytest.mark.parametrize(
    ("prices", "sold_for"),
    [
        (("移动平均价", "标准价格", "销售定价"), "销售定价"),
        (("Moving price", "Standard price", "Sales price"), "Sales price"),
        (("Purchase Rate", "Rate"), "Rate"),
        (("Last Purchase Price", "Item Cost", "Base Price"), "Base Price"),
        (("进货价", "标准价", "零售价"), "零售价"),
        (("Standard Cost", "Unit Price"), "Unit Price"),
        (("参考成本", "最低售价", "参考售价"), "参考售价"),
        (("Cost to make", "RRP"), "RRP"),
        (("Cost price", "Standard price"), "Standard price"),
        (("成本(USD)", "最低限价", "促销价"), "促销价"),
    ],
)
def test_only_words_of_selling_make_a_price(prices: tuple[str, ...], sold_for: str) -> None:
    choice = priced(*prices).choice("line.unit_price")
    assert choice is not None
    assert choice.header == sold_for


@pytest.mark.parametrize(
    "prices",
    [("Purchase Rate",), ("移动平均价", "标准价格"), ("拿货价",), ("Landed cost", "Buy price")],
)
def test_what_was_bought_for_is_never_what_it_sells_for(prices: tuple[str, ...]) -> None:
    assert priced(*prices).choice("line.unit_price") is None


def test_a_price_that_a_person_names_stays() -> None:
    header, rows = ["SKU", "Product", "Cost", "Price"], [["A1", "Mug", "2.00", "5.00"]]
    result = map_columns(header, rows, kind="products", overrides={"line.unit_price": "Cost"})
    choice = result.choice("line.unit_price")
    assert choice is not None
    assert choice.header == "Cost"


def test_prices_stock_and_sizes_refute_customers() -> None:
    result = map_columns(
        ["Code", "Plant", "Common name", "Pot size", "Trade", "RRP", "On hand", "Ready from"],
        [
            ["LAV-2", "Lavandula Hidcote", "English lavender", "2L", "4.20", "8.99", "340",
             "2024-05-20"],
            ["ACE-10", "Acer Osakazuki", "Japanese maple", "10L", "27.50", "54.99", "26",
             "2024-04-15"],
        ],
    )  # fmt: skip
    assert result.kind == "products"
    assert {c.header: c.field for c in result.columns}["Code"] == "line.product_id"


def test_a_pipeline_of_deals_is_asked_about() -> None:
    with pytest.raises(CiError) as asked:
        map_columns(
            ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Company"],
            [["1", "Annual", "Closed lost", "4500", "2024-05-14", "Onda Foods"],
             ["2", "Pilot", "Closed won", "900", "2024-06-01", "Quill & Co"]],
        )  # fmt: skip
    assert asked.value.code == "kind-unknown"


def test_whom_one_can_call_is_no_product() -> None:
    with pytest.raises(CiError) as asked:
        map_columns(
            ["商品编码", "商品名称", "联系人", "联系电话", "账期"],
            [["HZ001", "绿源农产品", "庄严", "13766660001", "30"],
             ["HZ002", "飞腾电子", "阮青", "13766660002", "0"]],
        )  # fmt: skip
    assert asked.value.code == "kind-unknown"
