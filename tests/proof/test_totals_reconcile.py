"""The total of every report that shows revenue is that of ``db stats``, on three kinds of books.

A report speaks of all order lines, of those with a customer, or of the last twelve months; which of
these stands in the table below. The demo is a real order history of two years, the won deals of a
real pipeline are one year with parents, and the small books hold what likes to be lost: returns,
somebody who only sent back, lines without a customer or a day, a cancelled order, another currency.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from crm_deals import won_deals_as_orders
from importer import bring_in, new_store

Found = dict[str, Any]
Pick = Callable[[Found], Any]

LITTLE = """Order ID,Customer ID,Order Date,Product,Amount,Currency,Status
1,A,2025-01-05,Tea,30.00,EUR,
2,B,2025-02-06,Tea,40.25,EUR,
3,B,2025-03-07,Pen,-10.00,EUR,
4,C,2025-03-08,Pen,-5.00,EUR,
5,,2025-04-09,Tea,7.50,EUR,
6,,2025-04-10,Tea,-0.50,EUR,
7,A,2025-05-11,Tea,99.00,USD,
8,A,,Tea,1000.00,EUR,
9,B,2025-06-12,Tea,500.00,EUR,cancelled
10,D,2025-06-13,,12.00,EUR,
"""
FLAGSHIPS = {"demo": "38", "little": "Tea", "crm": "GTXPro"}
ONLY_SENT_BACK = {"little": Decimal("-5.00")}


def total(key: str, table: str | None = None) -> Pick:
    """Return the figure of the total row."""
    return lambda found: (found["tables"][table] if table else found)["total"][key]


def rows(key: str, table: str | None = None) -> Pick:
    """Return the sum over the rows."""
    return lambda found: sum(
        Decimal(row[key] or 0) for row in (found["tables"][table] if table else found)["rows"]
    )


def meta(*keys: str) -> Pick:
    def pick(found: Found) -> Any:
        value: Any = found["meta"]
        for key in keys:
            value = value[key]
        return value

    return pick


class Case(NamedTuple):
    words: str
    pick: Pick
    of: str  # all lines, those with a customer, or of customers who bought
    year: bool = False  # twelve months up to the last order


ALL, CUSTOMERS, BUYERS = "all", "customers", "buyers"
CASES = (
    Case("procat report --months 60", total("total"), ALL),
    Case("procat report --months 60", rows("total"), ALL),
    Case("procat report --by customer --months 60", total("total"), ALL),
    Case("procat report --by country --months 60", rows("total"), ALL),
    Case("report pivot", total("revenue"), ALL),
    Case("report pivot", rows("revenue"), ALL),
    Case("report pivot --rows parent", rows("revenue"), ALL),
    Case("report pivot --rows customer --cols month", total("total"), ALL),
    Case("report pivot --rows industry --cols quarter --columns 1", rows("total"), ALL),
    Case("report products --top 1", rows("revenue"), ALL),
    Case("report products --top 0", total("revenue"), ALL),
    Case("report margin", total("revenue"), ALL),
    Case("report margin --by industry", rows("revenue"), ALL),
    Case("report verticals", total("total", "revenue_by_quarter"), ALL),
    Case("report verticals", rows("total", "revenue_by_quarter"), ALL),
    Case("report verticals", total("revenue"), ALL, year=True),
    Case("rfm run", rows("monetary"), BUYERS),
    Case("rfm segments", total("revenue"), BUYERS),
    Case("rfm segments", rows("revenue"), BUYERS),
    Case("rfm abc", total("revenue"), BUYERS),
    Case("rfm abc --by-parent", total("revenue"), BUYERS),
    Case("rfm abc --customers --by-parent", rows("revenue"), BUYERS),
    Case("report pareto --window all --top 500", rows("revenue", "customers"), BUYERS),
    Case("report pareto --window all", total("revenue", "customers"), BUYERS),
    Case("report pareto --window all --by-parent", total("revenue", "customers"), BUYERS),
    Case("report pareto", total("revenue", "customers"), BUYERS, year=True),
    Case("report referrals", total("revenue"), CUSTOMERS),
    Case("report baseline", total("revenue"), CUSTOMERS, year=True),
    Case("report baseline", rows("revenue"), CUSTOMERS, year=True),
    Case("report baseline", rows("revenue", "industries"), CUSTOMERS, year=True),
    Case("report adoption --product FLAGSHIP --list all", total("revenue"), BUYERS, year=True),
    Case("report impact", meta("revenue"), ALL, year=True),
    Case("report references", lambda found: found["rows"][0]["revenue_active"], BUYERS, year=True),
)  # fmt: skip


class Books(NamedTuple):
    name: str
    store: Path
    currency: str


def ask(books: Books, capsys: Any, words: str) -> Found:
    capsys.readouterr()
    line = [*words.split(), "--format", "json", "--lang", "en", "--db", str(books.store)]
    assert run(line) == 0, capsys.readouterr().err
    text.activate("en")
    found: Found = json.loads(capsys.readouterr().out, parse_float=Decimal)
    return found


@pytest.fixture(
    scope="module",
    params=[
        "demo",
        "little",
        pytest.param("crm", marks=[pytest.mark.shared, pytest.mark.slow]),
    ],
)
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Books:
    name = request.param
    if name == "demo":
        return Books(name, request.getfixturevalue("demo_store"), "USD")
    folder = tmp_path_factory.mktemp("books")
    if name == "crm":
        store = won_deals_as_orders(request.getfixturevalue("shared_data"), folder)
        return Books(name, store, "USD")
    store = new_store(folder / "ci.db", currency="EUR")
    (folder / "o.csv").write_text(LITTLE)
    bring_in(store, folder / "o.csv", kind="orders", source="shop")
    return Books(name, store, "EUR")


Amounts = dict[tuple[str, bool], Decimal]
KNOWN: dict[str, Amounts] = {}


@pytest.fixture
def expected(books: Books, capsys: pytest.CaptureFixture[str]) -> Amounts:
    """Return what ``db stats`` says, and of it what the last twelve months hold."""
    if books.name in KNOWN:
        return KNOWN[books.name]
    stats = ask(books, capsys, "db stats")["tables"]["revenue"]["rows"]
    (mine,) = (row for row in stats if row["currency"] == books.currency)
    last = mine["last"]
    since = f"{int(last[:4]) - 1}{last[4:]}"
    months = ask(books, capsys, f"report pivot --until {since} --currency {books.currency}")
    earlier = Decimal(months["total"]["revenue"]) if months["rows"] else Decimal(0)
    nobody, back = Decimal(mine["without_customer"]), ONLY_SENT_BACK.get(books.name, Decimal(0))
    whole = Decimal(mine["revenue"])
    KNOWN[books.name] = {
        (of, year): whole - left - (earlier if year else 0)
        for of, left in ((ALL, Decimal(0)), (CUSTOMERS, nobody), (BUYERS, nobody + back))
        for year in (False, True)
    }
    return KNOWN[books.name]


@pytest.mark.parametrize("case", CASES, ids=[f"{one.words} {n}" for n, one in enumerate(CASES)])
def test_the_total_is_that_of_the_store(case, books, expected, capsys):
    words = case.words.replace("FLAGSHIP", FLAGSHIPS[books.name])
    found = ask(books, capsys, f"{words} --currency {books.currency}")
    assert Decimal(case.pick(found)) == expected[case.of, case.year]


def test_the_little_books_are_added_up_by_hand(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db", currency="EUR")
    (tmp_path / "o.csv").write_text(LITTLE)
    bring_in(store, tmp_path / "o.csv", kind="orders", source="shop")
    found = ask(Books("little", store, "EUR"), capsys, "db stats")["tables"]["revenue"]["rows"]
    assert [list(row.values()) for row in found] == [
        ["EUR", "2025-01-05", "2025-06-13", 7, 89.75, -15.5, 74.25, 7],
        ["USD", "2025-05-11", "2025-05-11", 1, 99, 0, 99, 0],
    ]
