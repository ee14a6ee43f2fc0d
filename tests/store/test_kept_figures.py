"""Kept figures are right or known to be stale: random histories against adding the lines up."""

from __future__ import annotations

import contextlib
import csv
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ci_cli.errors import CiError
from ci_cli.shapes.pivots import Question
from ci_cli.store import categories, engine, facts, pivot
from ci_cli.store.kept import lines, marks, places, refresh
from ci_cli.store.writes import links, undo
from importer import AT, bring_in, new_store

ORDERS = ["order id", "line no", "order date", "customer id", "customer name", "currency",
          "status", "region", "salesperson", "sku", "description", "category", "qty",
          "price"]  # fmt: skip
# An export of one row per order: money that stands on the order alone, beside what was ordered.
TOTALS = ["order id", "order date", "customer id", "customer name", "currency", "status",
          "region", "salesperson", "sku", "description", "category", "order total"]  # fmt: skip
PRODUCTS = ["sku", "product name", "category"]
DAYS = ["2023-11-30", "2023-12-01", "2023-12-31", "2024-01-05", "2024-01-06", "2024-02-29", ""]

PIVOTS = [("customer", "month"), ("industry", "quarter"), ("region", "year"), ("tenure", ""),
          ("product", "quarter"), ("category", "month"), ("category", "region")]  # fmt: skip

_order = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "5", "6", "7", "8"]),
    st.sampled_from(["K1", "K2", "K3", ""]),
    st.sampled_from(["EUR", "EUR", "USD"]),
    st.sampled_from(["completed", "completed", "cancelled"]),
    st.sampled_from(["North", "South", ""]),
    st.sampled_from(DAYS),
    st.lists(
        st.tuples(
            st.sampled_from(["A1", "B2", "C3"]),
            st.sampled_from(["Tea", "Tea (damaged)", "Cup"]),
            st.sampled_from(["Drinks", "Crockery", ""]),
            st.sampled_from(["1", "2", "-1", "1.5"]),
            st.sampled_from(["1.50", "2.25", "0"]),
        ),
        min_size=1,
        max_size=3,
    ),
)
_book = st.lists(_order, min_size=1, max_size=8, unique_by=lambda order: order[0])


def _owner(order: str) -> str:
    return ("", "Amy", "Bo")[int(order) % 3]


_names = {"K1": "Ann", "K2": "Bob", "K3": "Cid", "": ""}


def figures(conn: sqlite3.Connection, as_of: str, start: str, first: str) -> dict[str, Any]:
    """Return all that reports ask of the store."""
    found: dict[str, Any] = {
        "currencies": facts.currencies(conn),
        "last day": facts.last_order_day(conn, as_of),
        "undated": facts.undated_lines(conn),
    }
    for unit in found["currencies"]:
        found[unit] = {
            "months": facts.month_range(conn, as_of=as_of, currency=unit),
            "nobody": facts.unassigned(conn, as_of=as_of, start=start, currency=unit),
            "purchases": facts.customer_purchases(conn, as_of=as_of, start=start, currency=unit),
            **{
                by: facts.month_cells(
                    conn, by=by, as_of=as_of, first=first, last=as_of[:7], currency=unit
                )
                for by in facts.GROUPS
            },
            "account": pivot.account(conn, Question("orders", "", "", unit, as_of, since=start)),
            "pivots": {pivoted: _pivot(conn, pivoted, as_of, start, unit) for pivoted in PIVOTS},
        }
    return found


def _pivot(
    conn: sqlite3.Connection, sides: tuple[str, str], as_of: str, start: str, unit: str
) -> dict[str, Any]:
    question = Question("orders", *sides, unit, as_of, since=start)
    return {
        "sums": pivot.cells(conn, question, ["net", "gross", "quantity", "lines"]),
        **{
            thing: sorted(pivot.counts(conn, question, thing), key=str)
            for thing in ("orders", "customers", "won")
        },
    }


def differences(one: dict[str, Any], two: dict[str, Any]) -> list[Any]:
    """Return where two answers of ``figures`` differ."""
    assert one.keys() == two.keys()
    found: list[Any] = []
    for key, value in one.items():
        if isinstance(value, dict):
            found += [(key, *rest) for rest in differences(value, two[key])]
        elif value != two[key]:
            found.append((key, value, two[key]))
    return found


@contextmanager
def adding_lines_up() -> Iterator[None]:
    """Let every answer come from the lines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "current", lambda _conn: False)
        yield


class Histories(RuleBasedStateMachine):
    """A store to which anything may happen; its figures are asked for in between."""

    @initialize(share=st.sampled_from([0.3, 9.0, 9.0]), base=_book)
    def start(self, share: float, base: list[Any]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = new_store(Path(self.folder.name) / "s.db")
        self.files = 0
        self.batches: list[int] = []
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(refresh, "WORTH_KEEPING", 1)
        # mostly only what changed is made anew, and in many small books
        self.patch.setattr(refresh, "_ALL_ABOVE", share)
        self.patch.setattr(lines, "ORDERS_AT_A_TIME", 2)
        self.patch.setattr(lines, "IDS_AT_A_TIME", 2)
        self.patch.setattr(places, "MOST_ORDERS", 3)
        for source in ("shop", "erp"):
            self.bring_orders_of(source, base)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.patch.undo()
            self.folder.cleanup()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with closing(engine.connect(self.store, write=True)) as conn, engine.transaction(conn):
            yield conn

    def file(self, header: list[str], rows: list[list[str]]) -> Path:
        self.files += 1
        path = Path(self.folder.name) / f"{self.files}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *rows])
        return path

    def bring(self, path: Path, **options: Any) -> None:
        # a file without any date, say: refused, and nothing is changed
        with contextlib.suppress(CiError):
            self.batches.append(bring_in(self.store, path, **options).batch_id)

    @rule(
        orders=_book,
        source=st.sampled_from(["shop", "erp"]),
        on_match=st.sampled_from(["update", "fill"]),
    )
    def bring_orders(self, orders: list[Any], source: str, on_match: str) -> None:
        self.bring_orders_of(source, orders, on_match=on_match)

    def bring_orders_of(self, source: str, orders: list[Any], **options: Any) -> None:
        rows = [
            [order, str(number), day, key, _names[key], unit, status, region, _owner(order), *line]
            for order, key, unit, status, region, day, sold in orders
            for number, line in enumerate(sold, start=1)
        ]
        self.bring(self.file(ORDERS, rows), kind="orders", source=source, **options)

    @rule(
        orders=_book,
        total=st.sampled_from(["9.75", "4.00", "0", "-3.25"]),
        source=st.sampled_from(["shop", "erp"]),
        numbers=st.sampled_from(["T", "T", ""]),
    )
    def bring_orders_known_by_their_total(
        self, orders: list[Any], total: str, source: str, numbers: str
    ) -> None:
        """Orders of one thing count under its category, those of several under none.

        With numbers of their own mostly: beside lines that have amounts a total never counts.
        """
        rows = [
            [numbers + order, day, key, _names[key], unit, status, region, _owner(order),
             *line[:3], total]
            for order, key, unit, status, region, day, sold in orders
            for line in sold
        ]  # fmt: skip
        self.bring(self.file(TOTALS, rows), kind="orders", source=source)

    @rule(
        rows=st.lists(
            st.tuples(
                st.sampled_from(["A1", "B2", "C3"]), st.sampled_from(["Green tea", "Mug"]),
                st.sampled_from(["Drinks", "Kitchen", ""]),
            ),
            min_size=1, max_size=3, unique_by=lambda row: row[0],
        )
    )  # fmt: skip
    def bring_products(self, rows: list[Any]) -> None:
        self.bring(self.file(PRODUCTS, [list(row) for row in rows]), kind="products", source="shop")

    @precondition(lambda self: self.batches)
    @rule(data=st.data())
    def take_an_import_back(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(self.batches))
        self.batches.remove(batch)
        # in long chains of corrections undo may refuse; it changes nothing then
        with contextlib.suppress(sqlite3.IntegrityError), self.writing() as conn:
            undo.undo(conn, batch, AT)

    @rule(data=st.data())
    def join_or_part(self, data: st.DataObject) -> None:
        with self.writing() as conn:
            ids = [row[0] for row in conn.execute("SELECT id FROM record ORDER BY id")]
            if not ids:
                return
            one, two = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
            target = conn.execute("SELECT customer_id FROM record WHERE id = ?", (two,)).fetchone()
            conn.execute("UPDATE record SET customer_id = ? WHERE id = ?", (target[0], one))
            conn.execute(
                "UPDATE customer SET merged_into = (SELECT r.customer_id FROM record AS r"
                " WHERE r.id = customer.id AND NOT EXISTS (SELECT 1 FROM record AS k"
                " WHERE k.customer_id = customer.id))"
            )

    @rule()
    def link(self) -> None:
        with self.writing() as conn:
            links.link_waiting(conn, 1, AT) if self.batches else None

    @rule(
        match=st.sampled_from(["product", "category", "pattern"]),
        value=st.sampled_from(["A1", "Drinks", "*damaged*", "B2"]),
        category=st.sampled_from(["Drinks", "Other"]),
        remove=st.booleans(),
    )
    def sort_products_otherwise(self, match: str, value: str, category: str, remove: bool) -> None:
        with self.writing() as conn:
            known = conn.execute("SELECT 1 FROM category_rule WHERE value = ?", (value,)).fetchone()
            if remove and known:
                categories.change(conn, [], [value])
            else:
                categories.change(conn, [(match, value, category)], [])

    @rule(
        as_of=st.sampled_from([day for day in DAYS if day] + ["2023-12-15", "2025-01-01"]),
        start=st.sampled_from(["", "2023-11-30", "2023-12-31", "2024-01-05"]),
        first=st.sampled_from(["2023-11", "2023-12", "2024-01"]),
    )
    def ask(self, as_of: str, start: str, first: str) -> None:
        with closing(engine.connect(self.store)) as conn:
            as_it_is = figures(conn, as_of, start, first)
            refresh.before_report(conn)
            made_anew = figures(conn, as_of, start, first)
            empty = not refresh.worthwhile(conn)
            assert empty or marks.current(conn)
            with adding_lines_up():
                added_up = figures(conn, as_of, start, first)
        assert differences(as_it_is, added_up) == []
        assert differences(made_anew, added_up) == []


Histories.TestCase.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestHistories = Histories.TestCase


HOSTILE = [
    '"',
    "\\",
    "a\nb",
    "\x01\x1f\x7f",
    "\u2028",
    "王\U0001f600",
    "[1,2]",
    "null",
    "",
    "'",
    "\\u0041",
]


def test_names_arrive_letter_by_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read column by column is what is read row by row, whatever a name holds."""
    monkeypatch.setattr(refresh, "WORTH_KEEPING", 1)
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,order date,customer id,customer name,sku,qty,price\n"
        + "".join(
            f"{n},2024-01-{n % 9 + 1:02},K{n % 11},N{n % 11},A1,1,{n % 3}.50\n"
            for n in range(1, 60)
        ),
        "utf-8",
    )
    store = new_store(tmp_path / "s.db")
    bring_in(store, path, kind="orders")
    with closing(engine.connect(store, write=True)) as conn:
        with engine.transaction(conn):
            for record, name in enumerate(HOSTILE, 1):
                conn.execute("UPDATE record SET name = ? WHERE id = ?", (name, record))
        refresh.before_report(conn)
        assert marks.current(conn)
        for start in ("", "2024-01-03"):
            asked = {"as_of": "2024-01-08", "start": start, "currency": "EUR"}
            kept = facts.customer_purchases(conn, **asked)
            with adding_lines_up():
                assert list(kept) == list(facts.customer_purchases(conn, **asked))
            assert {row.name for row in kept} == set(HOSTILE)
