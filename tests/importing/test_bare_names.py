"""Files that name customers without an id, about orders that hang on customers with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer import bring_in, new_store
from store_dump import logical_dump

HEADER = "Order ID,Order Date,Customer,Product,Amount\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    store = new_store(tmp_path / "ci.db")
    people, orders = tmp_path / "people.csv", tmp_path / "orders.csv"
    people.write_text("Customer ID,Customer Name\nK1,Acme\nK2,Berg\n")
    orders.write_text(
        "Order ID,Order Date,Customer ID,Product,Amount\n"
        "A1,2025-01-02,K1,Tea,5.00\nA2,2025-01-03,K2,Pen,7.00\n"
    )
    bring_in(store, people, kind="customers")
    bring_in(store, orders, kind="orders")
    return store


def names(store: Path) -> set[object]:
    return {(row[0], row[7]) for row in logical_dump(store)["record"]}


def test_a_name_that_means_the_customer_of_an_order_is_no_conflict(
    store: Path, tmp_path: Path
) -> None:
    by_name = tmp_path / "names.csv"
    by_name.write_text(HEADER + "A1,2025-01-02,Acme,Tea,5.00\nA9,2025-01-09,Acme,Ink,2.00\n")
    before = logical_dump(store)["sales_order"]
    first = bring_in(store, by_name, kind="orders").counts
    assert (first.created, first.unchanged, first.conflict) == (1, 1, 0)
    once = logical_dump(store)
    assert set(before) <= set(once["sales_order"])  # it hangs on K1 as it did
    again = bring_in(store, by_name, kind="orders").counts
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert logical_dump(store) == once


@pytest.mark.parametrize("name", ["Berg", "Chai"])
def test_another_name_is_a_conflict_today_and_tomorrow(
    store: Path, tmp_path: Path, name: str
) -> None:
    by_name = tmp_path / "names.csv"
    by_name.write_text(HEADER + f"A1,2025-01-02,{name},Tea,6.00\n")
    before = logical_dump(store)
    for _ in range(2):
        counts = bring_in(store, by_name, kind="orders").counts
        assert (counts.read, counts.conflict) == (1, 1)
        # a name that only a refused row mentions is no customer
        assert logical_dump(store) == before


def test_a_name_that_two_customers_bear_means_neither(store: Path, tmp_path: Path) -> None:
    people, by_name = tmp_path / "more.csv", tmp_path / "names.csv"
    people.write_text("Customer ID,Customer Name\nK3,Acme\n")
    bring_in(store, people, kind="customers")
    by_name.write_text(HEADER + "A1,2025-01-02,Acme,Tea,5.00\n")
    for _ in range(2):
        assert bring_in(store, by_name, kind="orders").counts.conflict == 1


def test_a_phone_may_speak_against_a_name(store: Path, tmp_path: Path) -> None:
    by_name = tmp_path / "names.csv"
    by_name.write_text(
        "Order ID,Order Date,Customer,Phone,Product,Amount\n"
        "A1,2025-01-02,Acme,+49 30 123456,Tea,5.00\n"
    )
    assert bring_in(store, by_name, kind="orders").counts.conflict == 1
