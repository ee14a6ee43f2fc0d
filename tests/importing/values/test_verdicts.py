"""Words that say whether a row is a sale, a return, or nothing that counts."""

from __future__ import annotations

import random

import pytest

from ci_cli.importing.values.verdicts import (
    classify_kind,
    classify_status,
    detect_cancel_prefix,
    kind_reader,
    status_reader,
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("销售退货单", "return"), ("退货", "return"), ("红字发票", "return"),
        ("Credit Memo", "return"),
        ("Sales credit note", "return"), ("REFUND", "return"), ("销售出库单", "sale"),
        ("Invoice", "sale"), ("Sales Receipt", "sale"), ("普通订单", "sale"), ("报价单", "quote"),
        ("Quotation", "quote"), ("样品", None), ("", None), ("蓝字", "sale"), ("退貨單", "return"),
    ],
)  # fmt: skip
def test_kinds(text: str, kind: str | None) -> None:
    assert classify_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已取消", "void"), ("Cancelled", "void"), ("交易关闭", "void"), ("待付款", "void"),
        ("Draft", "void"), ("作废", "void"), ("refunded", "void"), ("退款成功", "void"),
        ("交易成功", "counted"), ("Paid", "counted"), ("partially_refunded", "counted"),
        ("无售后或售后取消", "counted"), ("未退款", "counted"), ("Not cancelled", "counted"),
        ("已付款，未发货", "counted"), ("Shipped - Delivered to Buyer", "counted"),
        ("(删除)等待出库", "void"), ("（取消）已完成", "void"), ("(新)已完成", "counted"),
        ("已红冲", "counted"), ("红字", "return"), ("Awaiting something", None), ("", None),
    ],
)  # fmt: skip
def test_states(text: str, state: str | None) -> None:
    assert classify_status(text) == state


def test_flags_are_read_by_their_header() -> None:
    assert kind_reader("是否退货")("是") == "return"
    assert kind_reader("是否退货")("否") == "sale"
    assert kind_reader("是否正数发票")("否") == "return"
    assert kind_reader("Returned")("Yes") == "return"
    assert kind_reader("单据类型")("是") is None
    assert status_reader("是否作废")("是") == "void"
    assert status_reader("是否作废")("否") == "counted"
    assert status_reader("Cancelled at")("2024-01-05 10:00:00 -0500") == "void"
    assert status_reader("Status")("Shipped") == "counted"


ROWS = [
    ("536365", 6, 1),
    ("536366", 2, 1),
    ("536367", 2, 1),
    ("C536379", -1, -2),
    ("C536380", -1, -2),
]


@pytest.mark.parametrize(
    ("extra", "prefix"),
    [
        ([], "C"),
        ([("C536381", 5, 5)], None),  # one sale under the mark: no mark
        ([("A563186", 1, -11)], "C"),
        ([("A563185", 1, 11)], "C"),
    ],
)
def test_cancel_prefix(extra: list[tuple[str, int, int]], prefix: str | None) -> None:
    rows = [*ROWS, *[("1", 1, 1)] * 5, *extra]
    assert detect_cancel_prefix(rows) == prefix
    random.Random(1).shuffle(rows)
    assert detect_cancel_prefix(rows) == prefix


def test_ids_that_all_carry_letters_have_no_mark() -> None:
    assert detect_cancel_prefix([("SO1", 1, 1), ("CR1", -1, -1)]) is None
