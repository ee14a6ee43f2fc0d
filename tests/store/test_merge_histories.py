"""Merging and taking it back leaves no trace: random lives of two stores, of which one merges.

Both stores live through the same imports, edits and undone imports. One also merges and splits.
When all its merges are taken back it says what the other says; and while they last, no figure about
everybody changes and every number that was ever given leads to the customer that has its record.
"""

from __future__ import annotations

import contextlib
import csv
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ci_cli.errors import CiError
from ci_cli.shapes.trade import Author
from ci_cli.store import backup, customers, engine, facts
from ci_cli.store.kept import marks, refresh
from ci_cli.store.writes import edits, links, merges, splits, undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

ME = Author("tester", AT)
KEYS = ["K1", "K2", "K3", "K4"]
NAMES = ["Acme Ltd", "Acme", "Berg AG", "北京华信", ""]

_people = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from(NAMES),
        st.sampled_from(["", "91310000MA1K35XY2A", "91310000MA1K35XY2B"]),
        st.sampled_from(["", "Hull", "Ulm"]), st.sampled_from(["", "x", "y"]),
    ),
    min_size=1, max_size=4, unique_by=lambda row: row[0],
)  # fmt: skip
_orders = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "4", "5"]), st.sampled_from(KEYS),
        st.sampled_from(["2024-01-05", "2024-01-06", "2024-02-29"]),
        st.sampled_from(["A1", "B2"]), st.sampled_from(["1.50", "-2.25", "10"]),
    ),
    min_size=1, max_size=4, unique_by=lambda row: row[0],
)  # fmt: skip
_calls = st.lists(
    st.tuples(
        st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["Acme Ltd", "Berg AG", "Nobody"]),
        st.sampled_from(["", "91310000MA1K35XY2A"]), st.sampled_from(["2024-01-07", "2024-02-01"]),
    ),
    min_size=1, max_size=3, unique_by=lambda row: row[0],
)  # fmt: skip


class Lives(RuleBasedStateMachine):
    """Two stores: ``plain`` never merges, ``store`` does."""

    @initialize(people=_people, orders=_orders)
    def start(self, people: list[Any], orders: list[Any]) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.plain = new_store(Path(self.folder.name) / "plain.db")
        self.store = new_store(Path(self.folder.name) / "merged.db")
        self.files = 0
        self.given: set[int] = set()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(refresh, "WORTH_KEEPING", 1)
        self.bring_people("shop", people)
        self.bring_people("erp", people)
        self.bring_orders("shop", orders)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.patch.undo()
            self.folder.cleanup()

    def in_both(self, act: Callable[[sqlite3.Connection], object]) -> None:
        """Do the same to both stores; both refuse it or neither."""
        refusals = []
        for path in (self.plain, self.store):
            with closing(engine.connect(path, write=True)) as conn:
                try:
                    with engine.transaction(conn):
                        act(conn)
                except CiError as error:
                    refusals.append(error.code)
        assert len(refusals) in (0, 2), refusals

    def write(self, act: Callable[[sqlite3.Connection], Any], path: Path | None = None) -> Any:
        with (
            closing(engine.connect(path or self.store, write=True)) as conn,
            engine.transaction(conn),
        ):
            return act(conn)

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(engine.connect(self.store)) as conn:
            return [tuple(row) for row in conn.execute(query, values)]

    def bring(self, header: list[str], rows: list[Any], **options: Any) -> None:
        self.files += 1
        path = Path(self.folder.name) / f"{self.files}.csv"
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *rows])
        for store in (self.plain, self.store):
            with contextlib.suppress(CiError):
                bring_in(store, path, **options)

    @rule(source=st.sampled_from(["shop", "erp"]), rows=_people)
    def bring_people(self, source: str, rows: list[Any]) -> None:
        header = ["customer id", "customer name", "tax id", "city", "fax"]
        self.bring(header, rows, kind="customers", source=source)

    @rule(source=st.sampled_from(["shop", "erp"]), rows=_orders)
    def bring_orders(self, source: str, rows: list[Any]) -> None:
        header = ["order id", "customer id", "order date", "sku", "amount"]
        # an order may change hands inside one customer, so who is one must not matter here
        rows = [[f"{key}-{order}", key, *rest] for order, key, *rest in rows]
        self.bring(header, rows, kind="orders", source=source)

    @rule(rows=_calls)
    def bring_calls(self, rows: list[Any]) -> None:
        """Orders that name their customer: linked by evidence where that is unique."""
        header = ["order id", "customer name", "tax id", "order date", "amount"]
        rows = [[f"{name}-{order}", name, *rest, "5.00"] for order, name, *rest in rows]
        self.bring(header, rows, kind="orders", source="phone")

    @rule(picks=st.lists(st.integers(0, 99), min_size=2, max_size=4), rows=_calls)
    def calls_between_merge_and_split(self, picks: list[int], rows: list[Any]) -> None:
        self.merge(picks)
        self.bring_calls(rows)
        self.nothing_is_left_when_all_is_taken_back()

    @rule(pick=st.integers(0, 99), city=st.sampled_from(["York", "Bath"]))
    def edit(self, pick: int, city: str) -> None:
        ids = [row[0] for row in self.read("SELECT id FROM record ORDER BY id")]
        if ids:
            record = ids[pick % len(ids)]
            self.in_both(
                lambda conn: edits.set_fields(conn, record, {"city": city}, {}, by="me", at=AT)
            )

    @rule(pick=st.integers(0, 99))
    def take_an_import_back(self, pick: int) -> None:
        batches = [r[0] for r in self.read("SELECT id FROM batch WHERE undone_at IS NULL")]
        if batches:
            batch = batches[pick % len(batches)]
            self.in_both(lambda conn: undo.undo(conn, batch, AT))

    def living(self) -> list[int]:
        """Return customers of sources with ids: names that wait are placed by links."""
        return [
            row[0]
            for row in self.read(
                "SELECT c.id FROM customer AS c JOIN record AS r ON r.id = c.id"
                " WHERE c.merged_into IS NULL AND r.key_kind = 'id' ORDER BY 1"
            )
        ]

    @rule(picks=st.lists(st.integers(0, 99), min_size=2, max_size=4))
    def merge(self, picks: list[int]) -> None:
        living = self.living()
        if len(living) < 2:
            return
        before = self.about_everybody()
        chosen = [living[pick % len(living)] for pick in picks]
        done = self.write(lambda c: merges.merge_clusters(c, [chosen], ME, how="person"))
        assert (done.run is None) == (len(set(chosen)) == 1)
        assert self.about_everybody() == before
        once = logical_dump(self.store)
        again = self.write(lambda c: merges.merge_clusters(c, [chosen[::-1]], ME, how="person"))
        assert again.run is None
        assert logical_dump(self.store) == once

    @rule(picks=st.lists(st.integers(0, 99), min_size=2, max_size=3))
    def merge_and_split_at_once(self, picks: list[int]) -> None:
        living = self.living()
        if len(living) < 2:
            return
        before = logical_dump(self.store, provenance=True)
        chosen = [living[pick % len(living)] for pick in picks]
        done = self.write(lambda c: merges.merge_clusters(c, [chosen], ME, how="person"))
        if done.run is not None:
            self.write(lambda c: splits.take_back(c, ME, number=done.run, decide=False))
        assert logical_dump(self.store, provenance=True) == before

    @rule(pick=st.integers(0, 99))
    def take_a_merge_back(self, pick: int) -> None:
        numbers = [r[0] for r in self.read("SELECT id FROM regroup WHERE kind = 'merge'")]
        if numbers:
            before = self.about_everybody()
            number = numbers[pick % len(numbers)]
            self.write(lambda c: splits.take_back(c, ME, number=number))
            assert self.about_everybody() == before
            gone = self.write(lambda c: splits.take_back(c, ME, number=number))
            assert gone.number is None  # nothing of it is left

    @rule()
    def nothing_is_left_when_all_is_taken_back(self) -> None:
        copies = []
        for store in (self.plain, self.store):
            copy = store.with_suffix(".copy")
            shutil.copy(store, copy)
            copies.append(copy)
        self.write(lambda c: splits.take_back(c, ME), copies[1])
        for copy in copies:
            # a name that waits is placed by the next import: here, by this
            self.write(lambda c: links.link_waiting(c, 1, AT), copy)
        one, other = (logical_dump(copy, provenance=True) for copy in copies)
        assert other == one

    def about_everybody(self) -> list[object]:
        """Return figures that do not depend on who is who."""
        with closing(engine.connect(self.store)) as conn:
            refresh.before_report(conn)
            assert marks.current(conn) or not refresh.worthwhile(conn)
            purchases = facts.customer_purchases(conn, as_of="2024-12-31", start="", currency="EUR")
            found: list[object] = [
                sum(row.orders for row in purchases), sum(row.net_all for row in purchases),
            ]  # fmt: skip
            for by in ("category", "product", "customer"):
                cells, totals = facts.month_cells(
                    conn, by=by, as_of="2024-12-31", first="2024-01", last="2024-12",
                    currency="EUR",
                )  # fmt: skip
                found.append([(cell.month, cell.net, cell.orders) for cell in totals])
                if by != "customer":
                    found.append([(cell.group, cell.month, cell.net) for cell in cells])
                else:
                    found.append(sum(cell.net for cell in cells))
            found += [
                conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("record", "sales_order", "order_line", "contact")
            ]
        return found

    @precondition(lambda self: hasattr(self, "store"))
    @invariant()
    def every_number_leads_to_its_record(self) -> None:
        with closing(engine.connect(self.store)) as conn:
            assert backup.check(conn) == []
            where = dict(conn.execute("SELECT id, customer_id FROM record").fetchall())
            known = dict(conn.execute("SELECT id, merged_into FROM customer").fetchall())
            self.given |= known.keys()
            for number, into in known.items():
                if number in where:
                    assert into == (None if where[number] == number else where[number])
                else:
                    assert into in where  # its import was undone; it was merged with one that stays
                assert customers.resolve(conn, number) == where[into or number]
                # whoever lives has the record of its own number
                assert where[where[into or number]] == where[into or number]
            assert set(where.values()) == {n for n, into in known.items() if into is None}


Lives.TestCase.settings = settings(
    max_examples=20, stateful_step_count=12, deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a life of ten imports shrinks for hours
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
TestLives = Lives.TestCase
