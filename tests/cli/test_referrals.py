"""Referred customers beside all others: who named whom, in what words, and what they bought."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ci_cli.analysis.referrals import groups, referrers
from ci_cli.cli.app import run
from ci_cli.shapes.pivots import Newcomer
from importer import bring_in, new_store

CUSTOMERS = """customer id,customer name,lead source
A,Acme Ltd,Trade fair
B,Bolt,Acme Ltd
C,Cog,Referred by: Acme Ltd
D,Dot,B
E,Egg,老客户介绍
F,Fig,
G,Gum,Web
"""
ORDERS = """order id,order date,customer id,sku,qty,price
1,2025-01-02,A,P,1,100
2,2025-02-02,B,P,1,50
3,2025-03-02,D,P,1,30
4,2025-03-02,G,P,1,10
5,2025-03-03,,P,1,7
"""


def test_share_and_conversion_stand_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    customers, orders = tmp_path / "customers.csv", tmp_path / "orders.csv"
    customers.write_text(CUSTOMERS)
    orders.write_text(ORDERS)
    store = new_store(tmp_path / "s.db")
    bring_in(store, customers, orders)
    assert run(["report", "referrals", "--format", "json", "--db", str(store)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_float=Decimal)
    assert [
        (row["customers"], row["bought"], float(row["conversion"]), int(row["revenue"]))
        for row in found["rows"]
    ] == [(4, 2, 0.5, 80), (2, 2, 1.0, 110), (1, 0, 0.0, 0)]
    tree = found["tables"]["referrers"]["rows"]
    assert [(row["name"], row["direct"], row["below"], row["bought"]) for row in tree] == [
        ("Acme Ltd", 2, 3, 2), ("Bolt", 1, 1, 1),
    ]  # fmt: skip


def test_circles_end_and_nobody_refers_itself() -> None:
    circle = [
        Newcomer(1, "referred", 2), Newcomer(2, "referred", 3), Newcomer(3, "referred", 1),
        Newcomer(4, "referred", 4), Newcomer(5, "unknown"),
    ]  # fmt: skip
    found = referrers(circle, {1, 2}, {1: 10, 2: 20, 3: 40})
    assert [(one.customer_id, one.direct, one.below, one.bought, one.revenue) for one in found] == [
        (1, 1, 2, 1, 60), (2, 1, 2, 1, 50), (3, 1, 2, 2, 30),
    ]  # fmt: skip
    assert [(one.customers, one.bought) for one in groups(circle, {1, 2}, {})] == [
        (4, 2), (0, 0), (1, 0),
    ]  # fmt: skip
