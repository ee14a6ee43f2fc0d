"""When kept figures are made, and when they are left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.store import connections, engine, facts, migrations
from ci_cli.store.kept import marks, refresh
from importer import bring_in, new_store

ROWS = "order id,order date,customer id,sku,category,qty,price\n" + "".join(
    f"{number},2024-0{1 + number % 3}-1{number % 5},K{number % 4},P{number % 3},C{number % 2},1,2\n"
    for number in range(40)
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store whose lines are worth figures, with figures that are up to date."""
    monkeypatch.setattr(refresh, "WORTH_KEEPING", 10)
    path = new_store(tmp_path / "s.db")
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    bring_in(path, tmp_path / "a.csv", kind="orders")
    with closing(engine.connect(path)) as conn:
        assert not marks.current(conn)
        refresh.before_report(conn)
    return path


def test_an_earlier_schema_gets_the_totals_of_the_days_that_it_keeps(store: Path) -> None:
    with closing(sqlite3.connect(store)) as conn:
        found = conn.execute("SELECT * FROM purchase_total").fetchall()
        conn.execute("DELETE FROM purchase_total")
        for statement in migrations.statements("0005_purchase_totals.sql"):
            if not statement.startswith("CREATE"):
                conn.execute(statement)  # what an upgrade does once the table is there
        conn.commit()
    assert sum(row[4] for row in found) == 40  # each line is an order of its own
    with closing(engine.connect(store)) as conn:
        assert marks.current(conn)
        assert [row[:] for row in conn.execute("SELECT * FROM purchase_total")] == found


def _cells(conn: sqlite3.Connection) -> object:
    return facts.month_cells(
        conn, by="category", as_of="2024-03-31", first="2024-01", last="2024-03", currency="EUR"
    )


def test_the_first_report_makes_figures_for_those_that_follow(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        assert marks.current(conn)
        assert conn.execute("SELECT sum(lines) FROM purchase_day").fetchone()[0] == 40
        assert conn.execute(
            "SELECT sum(lines), sum(orders) FROM month_cell WHERE dimension = 'category'"
        ).fetchone()[:] == (40, 40)


def test_an_import_of_new_months_brings_the_figures_up_to_date(store: Path, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(
        "order id,order date,customer id,sku,category,qty,price\n"
        + "".join(f"N{number},2024-05-09,K1,P1,C1,1,2\n" for number in range(9)),
        encoding="utf-8",
    )
    bring_in(store, tmp_path / "b.csv", kind="orders")
    with closing(engine.connect(store)) as conn:
        assert marks.current(conn)
        assert conn.execute("SELECT sum(lines) FROM purchase_day").fetchone()[0] == 49


def test_a_small_import_leaves_the_figures_to_the_next_report(store: Path, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(
        "order id,order date,customer id,sku,category,qty,price\n99,2024-01-09,K1,P1,C1,1,2\n",
        encoding="utf-8",
    )
    bring_in(store, tmp_path / "b.csv", kind="orders")
    with closing(engine.connect(store)) as conn:
        assert not marks.current(conn)
        added_up = _cells(conn)
        refresh.before_report(conn)
        assert marks.current(conn)
        assert _cells(conn) == added_up
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            conn.execute("DELETE FROM kept_mark")  # a reader is a reader again


def test_a_small_store_keeps_nothing(tmp_path: Path) -> None:
    path = new_store(tmp_path / "s.db")
    (tmp_path / "a.csv").write_text(ROWS, encoding="utf-8")
    bring_in(path, tmp_path / "a.csv", kind="orders")
    before = path.read_bytes()
    with closing(engine.connect(path)) as conn:
        refresh.before_report(conn)
        assert not marks.current(conn)
    assert path.read_bytes() == before


@pytest.mark.parametrize("hindrance", ["read-only", "busy"])
def test_a_report_that_may_not_write_adds_the_lines_up(
    store: Path, hindrance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(engine.connect(store)) as conn:
        right = _cells(conn)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        conn.execute("UPDATE kept_mark SET value = 0 WHERE name = 'made'")
        conn.execute("UPDATE month_cell SET net = 0")
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    if hindrance == "read-only":
        monkeypatch.setattr(connections.os, "access", lambda *_: False)
        with closing(engine.connect(store)) as conn:
            refresh.before_report(conn)
            assert _cells(conn) == right
        return
    with (
        closing(engine.connect(store, write=True)) as other,
        engine.transaction(other),
        closing(engine.connect(store)) as conn,
    ):
        refresh.before_report(conn)
        assert _cells(conn) == right


CHANGES = {
    "a customer joined to another": (
        "UPDATE record SET customer_id = (SELECT id FROM record WHERE source_key = 'K1')"
        " WHERE source_key = 'K2'"
    ),
    "a category renamed": (
        "INSERT INTO category_rule (match, value, category) VALUES ('category', 'C1', 'C0')"
    ),
    "a product in the list": (
        "INSERT INTO product (source, product_key, name, category)"
        " VALUES ('default', 'P2', 'Two', 'C9')"
    ),
    "an order cancelled": "UPDATE sales_order SET state = 'void' WHERE order_key = '7'",
    "an order on another day": "UPDATE sales_order SET date = '2024-03-31' WHERE order_key = '7'",
    "an order of another customer": (
        "UPDATE sales_order SET record_id = (SELECT id FROM record WHERE source_key = 'K1')"
        " WHERE order_key = '8'"
    ),
    "an order of nobody": "UPDATE sales_order SET record_id = NULL WHERE order_key = '9'",
    "an order in another currency": "UPDATE sales_order SET currency = 'USD' WHERE id = 3",
    "a line returned": "UPDATE order_line SET amount = -10000, kind = 'return' WHERE id = 5",
    "a line gone": "DELETE FROM order_line WHERE id = 5",
    "the last line gone and its number given out again": (
        "DELETE FROM order_line WHERE id = 40;"
        "INSERT INTO order_line (order_id, line_key, occurrence, item_id, kind, amount)"
        " VALUES (2, 77, 1, 1, 'sale', 990000)"
    ),
    "the last order gone and its number given out again": (
        "DELETE FROM order_line WHERE order_id = 40; DELETE FROM sales_order WHERE id = 40;"
        "INSERT INTO sales_order (source, order_key, record_id, date, kind, state, total)"
        " VALUES ('default', 'x', 1, '2024-02-02', 'sale', 'counted', 770000)"
    ),
    # "|" stands for a report in between
    "an order without lines gone": (
        "INSERT INTO sales_order (source, order_key, record_id, date, kind, state, total)"
        " VALUES ('default', 'x', 1, '2024-02-02', 'sale', 'counted', 770000)"
        "|DELETE FROM sales_order WHERE order_key = 'x'"
    ),
    "a number given out again that was free before": (
        "DELETE FROM order_line WHERE order_id = 39; DELETE FROM sales_order WHERE id = 39"
        "|DELETE FROM order_line WHERE order_id = 40; DELETE FROM sales_order WHERE id = 40;"
        "INSERT INTO sales_order (source, order_key, record_id, date, kind, state, total)"
        " VALUES ('default', 'x', 1, '2024-02-02', 'sale', 'counted', 770000)"
    ),
}


def _everything(conn: sqlite3.Connection) -> dict[str, object]:
    return {
        unit: [
            *(
                facts.month_cells(
                    conn, by=by, as_of="2024-03-31", first="2024-01", last="2024-03", currency=unit
                )
                for by in facts.GROUPS
            ),
            facts.customer_purchases(conn, as_of="2024-03-31", start="", currency=unit),
            facts.customer_purchases(conn, as_of="2024-02-12", start="2024-01-31", currency=unit),
        ]
        for unit in facts.currencies(conn)
    }


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_only_what_it_touched_is_made_anew(
    store: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "_make_all", None)  # the short way must do
    for step in CHANGES[change].split("|"):
        with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
            for statement in step.split(";"):
                conn.execute(statement)
        with closing(engine.connect(store)) as conn:
            assert not marks.current(conn)
            added_up = _everything(conn)
            refresh.before_report(conn)
            assert marks.current(conn)
            assert _everything(conn) == added_up


def test_sums_beyond_64_bits_are_never_kept(store: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        conn.execute("UPDATE order_line SET amount = 200000000000000000")  # 40 of them: 8e18
    with closing(engine.connect(store)) as conn:
        refresh.before_report(conn)
        assert not marks.current(conn)
        cells, totals = facts.month_cells(
            conn, by="category", as_of="2024-03-31", first="2024-01", last="2024-03",
            currency="EUR",
        )  # fmt: skip
        assert sum(cell.net for cell in cells) == 8 * 10**18 == sum(cell.net for cell in totals)


def test_whatever_figures_are_made_of_tells_when_it_changes(store: Path) -> None:
    """A later migration that makes one of these tables anew must make its triggers anew too."""
    with closing(engine.connect(store)) as conn:
        watched = {
            (row[0], row[1])
            for row in conn.execute(
                "SELECT tbl_name, upper(substr(sql, instr(sql, 'AFTER ') + 6, 6))"
                " FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'kept%'"
            )
        }
    every = ("INSERT", "UPDATE", "DELETE")
    assert watched == {
        ("sales_order", "UPDATE"), ("sales_order", "DELETE"),
        ("order_line", "UPDATE"), ("order_line", "DELETE"),
        ("record", "UPDATE"), ("meta", "UPDATE"),
        *((table, what) for table in ("item", "product", "category", "category_rule")
          for what in every),
    }  # fmt: skip
