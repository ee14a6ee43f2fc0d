"""Cases in which an import, a link, an undo or a restore once went wrong."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.errors import CiError
from ci_cli.output.rejects import rejects_writer
from ci_cli.store import backup, connections, customers, engine, facts
from ci_cli.store.sqlite_errors import is_busy
from ci_cli.store.writes import links, undo
from ci_cli.text import translate
from importer import AT, bring_in, new_store
from store_dump import logical_dump


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return new_store(tmp_path / "ci.db")


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def undone(store: Path, *batches: int) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        for batch in batches:
            with engine.transaction(conn):
                undo.undo(conn, batch, AT)


def revenue(store: Path) -> dict[str, int]:
    with closing(engine.connect(store)) as conn:
        rows = conn.execute("SELECT currency, sum(amount) FROM revenue_line GROUP BY 1")
        return {row[0]: row[1] for row in rows}


def by_month(store: Path) -> dict[str, int]:
    with closing(engine.connect(store)) as conn:
        return dict(
            conn.execute(
                "SELECT substr(day, 1, 7), sum(amount) FROM revenue_line GROUP BY 1"
            ).fetchall()
        )


BOOK = "Order ID,Order Date,Customer Name,Product,Amount\n"


def test_the_list_that_placed_a_name_can_be_undone(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "o.csv", BOOK + "1,2024-01-05,Acme,Pen,10.00\n"))
    before = logical_dump(store)
    second = bring_in(
        store, file(tmp_path, "c.csv", "Customer ID,Customer Name\n7,Acme\n"), kind="customers"
    )
    assert second.linked == 1
    undone(store, second.batch_id)
    assert logical_dump(store) == before


def test_an_undone_value_never_comes_back(store: Path, tmp_path: Path) -> None:
    header = "Customer ID,Customer Name,City\n"
    cities = ("Berlin", "Paris", "Roma")
    batches = [
        bring_in(store, file(tmp_path, f"{city}.csv", f"{header}A,Acme,{city}\n")).batch_id
        for city in cities
    ]
    undone(store, batches[1], batches[2])
    with closing(engine.connect(store)) as conn:
        assert customers.golden(conn, 1)["city"] == "Berlin"


def test_rejects_of_a_conflict_are_judged_anew(store: Path, tmp_path: Path) -> None:
    header = "Order ID,Order Date,Customer ID,Product,Qty,Amount\n"
    first = header + "1,2024-01-05,A,Pen,1,10.00\n1,2024-01-05,A,Ink,1,20.00\n"
    bring_in(store, file(tmp_path, "a.csv", first))
    result = bring_in(store, file(tmp_path, "b.csv", first.replace("20.00", "25.00")))
    assert result.counts.conflict == 2
    rejects_writer(tmp_path / "r.csv", store)(result.files, result.batch_id)
    assert bring_in(store, tmp_path / "r.csv").counts.conflict == 2
    assert revenue(store) == {"EUR": 300_000}


def test_corrected_rejects_keep_their_source(store: Path, tmp_path: Path) -> None:
    text = (
        "Order ID,Order Date,Customer ID,Product,Qty,Amount\n"
        "1,2024-01-05,A,Pen,1,10.00\n1,2024-01-05,A,=Ink,one,20.00\n"
    )
    result = bring_in(store, file(tmp_path, "o.csv", text), source="shop")
    rejects_writer(tmp_path / "r.csv", store)(result.files, result.batch_id)
    rows = list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
    assert rows[1][rows[0].index("Product")] == "'=Ink"
    rows[1][rows[0].index("Qty")] = "1"
    with (tmp_path / "r.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    assert bring_in(store, tmp_path / "r.csv").counts.created == 1
    with closing(engine.connect(store)) as conn:
        (row,) = facts.customer_purchases(conn, as_of="2030-01-01", start="", currency="EUR")
        names = {r[0] for r in conn.execute("SELECT name FROM item")}
    assert (row.orders, row.net) == (1, 300_000)
    assert names == {"Pen", "=Ink"}


def test_an_export_keeps_what_was_cancelled_or_returned(store: Path, tmp_path: Path) -> None:
    lines = (
        "Order ID,Order Date,Customer ID,Product,Qty,Unit Price,Status\n"
        "1,2024-01-05,A,Pen,10,10,paid\n1,2024-01-05,A,Ink,5,10,cancelled\n"
    )
    heads = "Order ID,Order Date,Customer ID,Order Type,Order Total\n2,2024-01-06,A,return,25\n"
    bring_in(store, file(tmp_path, "l.csv", lines), kind="orders")
    bring_in(store, file(tmp_path, "h.csv", heads), kind="orders")
    assert revenue(store) == {"EUR": 1_000_000 - 250_000}
    target = tmp_path / "o.csv"
    assert run(["export", "orders", "-o", str(target), "--db", str(store), "-q"]) == 0
    before = logical_dump(store)
    assert bring_in(store, target).counts.unchanged == 3
    assert logical_dump(store) == before
    other = new_store(tmp_path / "other.db")
    bring_in(other, target)
    assert revenue(other) == revenue(store)


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (1, 0, 1)])
def test_a_currency_that_only_the_lines_name(tmp_path: Path, order: tuple[int, ...]) -> None:
    parts = [
        file(tmp_path, "h.csv", "Order ID,Order Date,Customer ID\n1,2024-01-05,A\n"),
        file(tmp_path, "l.csv", "Order ID,Product,Quantity,Unit Price,Currency\n1,Pen,1,10,USD\n"),
    ]
    store = new_store(tmp_path / "s.db")
    for index in order:
        assert bring_in(store, parts[index]).counts.conflict == 0
    assert revenue(store) == {"USD": 100_000}


def test_links_in_a_chain_lose_nobody(store: Path, tmp_path: Path) -> None:
    bring_in(store, file(tmp_path, "c.csv", "Customer ID,Customer Name\nA1,Acme\nB1,Beta\n"),
             kind="customers")  # fmt: skip
    text = BOOK + "70,2024-01-25,One,Pen,10.00\n71,2024-01-25,Two,Pen,11.00\n"
    bring_in(store, file(tmp_path, "o.csv", text), source="book")
    with closing(engine.connect(store, write=True)) as conn:
        a1, one, two = (customers.find(conn, name) for name in ("A1", "One", "Two"))
        with engine.transaction(conn):
            links.link_by_hand(conn, two, one, AT)
            links.link_by_hand(conn, one, a1, AT)
        rows = facts.customer_purchases(conn, as_of="2030-01-01", start="", currency="EUR")
        assert [(row.customer_id, row.net) for row in rows] == [(a1, 210_000)]
        assert backup.check(conn) == []
        assert customers.find(conn, "Two") == a1
        with pytest.raises(CiError, match="link-not-waiting"), engine.transaction(conn):
            links.link_by_hand(conn, two, a1, AT)
        with engine.transaction(conn):
            links.unlink(conn, one, AT)
        assert customers.resolve(conn, two) == one
        rows = facts.customer_purchases(conn, as_of="2030-01-01", start="", currency="EUR")
        assert [(row.customer_id, row.net) for row in rows] == [(one, 210_000)]
        with pytest.raises(CiError, match="link-to-itself"), engine.transaction(conn):
            links.link_by_hand(conn, one, one, AT)


def test_a_name_never_joins_two_descriptions(tmp_path: Path) -> None:
    parts = [
        (file(tmp_path, "crm.csv", "Customer ID,Customer Name\n1,Acme\n"), "crm", "customers"),
        (file(tmp_path, "o.csv", BOOK + "1,2024-01-05,Acme,Pen,10.00\n"), "shop", "orders"),
        (file(tmp_path, "shop.csv", "Customer Name,City\nAcme,Graz\n"), "shop", "customers"),
    ]
    for number, order in enumerate(((0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 1, 0))):
        store = new_store(tmp_path / f"{number}.db")
        for index in order:
            path, source, kind = parts[index]
            bring_in(store, path, source=source, kind=kind)
        with closing(engine.connect(store)) as conn:
            living = conn.execute("SELECT count(*) FROM customer WHERE merged_into IS NULL")
            assert living.fetchone()[0] == 2, order


def test_columns_of_a_list_of_people_stay_with_them(store: Path, tmp_path: Path) -> None:
    text = (
        "Customer,Contact Name,Phone,Email,City,Badge\nAcme,Ann Lee,,a@x.example,Leeds,green\n"
        "Acme,Bo Lee,,b@x.example,,\n"
    )
    (tmp_path / "people.csv").write_text(text, "utf-8")
    bring_in(store, tmp_path / "people.csv", kind="contacts")
    again = bring_in(store, tmp_path / "people.csv", kind="contacts")
    assert again.counts.unchanged == 2
    with closing(engine.connect(store)) as conn:
        rows = conn.execute("SELECT name, extra FROM contact ORDER BY id").fetchall()
    assert [(name, json.loads(extra or "{}")) for name, extra in rows] == [
        ("Ann Lee", {"City": "Leeds", "Badge": "green"}), ("Bo Lee", {}),
    ]  # fmt: skip


def test_a_contact_without_a_name_is_kept(store: Path, tmp_path: Path) -> None:
    text = "Customer ID,Contact Name,Email,Phone\nA,,info@a.com,030 12345\nB,,,\n"
    result = bring_in(store, file(tmp_path, "p.csv", text), kind="contacts")
    assert (result.counts.created, result.counts.rejected) == (1, 1)
    with closing(engine.connect(store)) as conn:
        assert conn.execute("SELECT email, phone FROM contact").fetchone()[:] == (
            "info@a.com", "030 12345",
        )  # fmt: skip


def test_columns_of_the_same_name_are_both_kept(store: Path, tmp_path: Path) -> None:
    text = "Customer ID,Customer Name,Remark,Remark\nA,Acme,one,two\n"
    bring_in(store, file(tmp_path, "c.csv", text), kind="customers")
    with closing(engine.connect(store)) as conn:
        extra = conn.execute("SELECT extra FROM record").fetchone()[0]
    assert extra == '{"Remark": "one", "Remark (2)": "two"}'


def test_rows_that_complete_each_other_are_no_conflict(store: Path, tmp_path: Path) -> None:
    text = "Customer ID,Customer Name,City,Memo\nA,Acme,,x\nA,Acme,Berlin,\nA,Acme,Wien,\n"
    result = bring_in(store, file(tmp_path, "c.csv", text), kind="customers")
    assert result.counts.as_tuple() == (3, 1, 0, 1, 1, 0)
    with closing(engine.connect(store)) as conn:
        assert customers.golden(conn, 1)["city"] == "Berlin"


def test_further_columns_of_identical_lines(tmp_path: Path) -> None:
    header = "Order Date,Customer,Product,Qty,Unit Price,Colour\n"
    blue, plain = "2024-01-05,A,Pen,1,10,blue\n", "2024-01-05,A,Pen,1,10,\n"
    two, one = new_store(tmp_path / "two.db"), new_store(tmp_path / "one.db")
    bring_in(two, file(tmp_path, "a.csv", header + blue), kind="orders")
    whole = file(tmp_path, "ab.csv", header + plain + blue)
    bring_in(two, whole, kind="orders")
    bring_in(one, whole, kind="orders")
    assert logical_dump(two) == logical_dump(one)


def test_absurd_money_is_one_bad_row(store: Path, tmp_path: Path) -> None:
    text = (
        "Order ID,Order Date,Customer ID,Product,Qty,Unit Price\n"
        "1,2024-01-05,A,Pen,99999999,99999999\n2,2024-01-05,A,Pen,1,10\n"
    )
    counts = bring_in(store, file(tmp_path, "o.csv", text)).counts
    assert (counts.created, counts.rejected) == (1, 1)


def test_unknown_words_of_a_status_are_said(store: Path, tmp_path: Path) -> None:
    text = (
        "Order ID,Order Date,Customer ID,Product,Amount,Order Status\n"
        "1,2024-01-05,A,Pen,10,Blorked\n2,2024-01-05,A,Pen,10,Paid\n"
    )
    result = bring_in(store, file(tmp_path, "o.csv", text))
    notes = [str(note.text) for note in result.files[0].notes if note.level == "warning"]
    assert any("Blorked" in note and "Paid" not in note for note in notes)


def test_restore_plays_no_old_journal_into_the_new_store(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    with closing(engine.connect(store, write=True)) as conn:
        backup.backup(conn, tmp_path / "copy.db")
    journal = tmp_path / "ci.db-journal"
    # a hot journal: the header of one that a writer left behind in the middle of its commit
    with closing(sqlite3.connect(store, isolation_level=None)) as conn:
        conn.execute("PRAGMA cache_spill = ON")
        conn.execute("PRAGMA cache_size = 5")
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany(
            "INSERT INTO item (source, product_key, name, category) VALUES (?, ?, ?, ?)",
            [("x" * 200, str(n), "y" * 200, "z" * 200) for n in range(500)],
        )
        left = journal.read_bytes()
        half = store.read_bytes()
    store.write_bytes(half)
    journal.write_bytes(left)
    backup.restore(tmp_path / "copy.db", store)
    assert not journal.exists()
    with closing(engine.connect(store)) as conn:
        assert backup.check(conn) == []
        assert conn.execute("SELECT count(*) FROM item").fetchone()[0] == 0


def test_restore_follows_a_link_and_waits_for_no_writer_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path / "real.db")
    link = tmp_path / "ci.db"
    link.symlink_to(store)
    with closing(engine.connect(store, write=True)) as conn:
        backup.backup(conn, tmp_path / "copy.db")
    former = backup.restore(tmp_path / "copy.db", link)
    assert link.is_symlink()
    assert former is not None
    assert former.name.startswith("real.db")
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    with (
        closing(engine.connect(store, write=True)) as conn,
        engine.transaction(conn),
        pytest.raises(CiError, match="store-busy"),
    ):
        backup.restore(tmp_path / "copy.db", link)
    with closing(sqlite3.connect(store, isolation_level=None)) as other:  # knows no lock of ours
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            backup.restore(tmp_path / "copy.db", link)
        assert is_busy(caught.value)
        other.execute("ROLLBACK")


def test_a_unit_above_the_header_counts(store: Path, tmp_path: Path) -> None:
    text = "销售明细,,,,\n单位：万元,,,,\n单号,日期,客户名称,产品,金额\n1,2024-01-05,甲,茶,1.25\n"
    bring_in(store, file(tmp_path, "o.csv", text))
    assert sum(revenue(store).values()) == 125_000_000


def test_the_cost_of_one_unit_becomes_that_of_the_line(store: Path, tmp_path: Path) -> None:
    text = (
        "Order ID,Order Date,Customer ID,Product,Quantity,Unit Price,Unit Cost\n"
        "1,2024-01-05,A,Pen,3,10.00,4.00\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    with closing(engine.connect(store)) as conn:
        assert conn.execute("SELECT cost FROM order_line").fetchone()[0] == 120_000


def test_flags_of_returns_are_read_by_their_header(store: Path, tmp_path: Path) -> None:
    text = (
        "单号,日期,客户名称,产品,数量,金额,是否退货\n"
        "1,2024-01-05,甲,茶,3,30,否\n2,2024-01-06,甲,茶,1,10,是\n"
    )
    bring_in(store, file(tmp_path, "o.csv", text))
    assert sum(revenue(store).values()) == 300_000 - 100_000


def test_a_class_without_a_product_is_the_category(store: Path, tmp_path: Path) -> None:
    text = "订单号,日期,客户,类别,金额\n1,2025-01-02,甲,服务,10\n2,2025-01-03,乙,硬件,20\n"
    bring_in(store, file(tmp_path, "o.csv", text))
    with closing(engine.connect(store)) as conn:
        assert {row[0] for row in conn.execute("SELECT category FROM item")} == {"服务", "硬件"}


def test_a_databases_null_is_seen_wherever_it_stands(store: Path, tmp_path: Path) -> None:
    rows = [f"K{n},Name {n},Graz,8010" for n in range(9_000)]
    rows[4_000] = "K4000,Name 4000,NULL,NULL"  # in the middle of a chunk, and in no later one
    text = "Customer ID,Customer Name,City,Postcode\n" + "\n".join(rows) + "\n"
    bring_in(store, file(tmp_path, "c.csv", text), kind="customers")
    with closing(engine.connect(store)) as conn:
        found = conn.execute("SELECT city, postcode FROM record WHERE source_key = 'K4000'")
        assert found.fetchone()[:] == (None, None)


def test_a_list_of_people_says_what_their_firm_is_called(store: Path, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "Customer ID,Company,Contact Name,Phone\nA1,Acme Ltd,Ann Lee,123456789\n"
        "A1,Acme Ltd,Al Fox,123456780\nA2,Beta GmbH,Bo Ray,987654321\n", "utf-8",
    )  # fmt: skip
    (tmp_path / "orders.csv").write_text(
        "Order,Date,Customer ID,Customer,Amount\n1,2024-01-02,A1,Acme Limited,10.00\n", "utf-8"
    )
    (tmp_path / "customers.csv").write_text("Customer ID,Customer name\nA2,Beta AG\n", "utf-8")

    def names() -> list[str]:
        with closing(engine.connect(store)) as conn:
            return [row[0] for row in conn.execute("SELECT name FROM record ORDER BY source_key")]

    people = bring_in(store, tmp_path / "people.csv", kind="contacts")
    assert names() == ["Acme Ltd", "Beta GmbH"]
    # an order says what it is called now; a list of customers describes it
    orders = bring_in(store, tmp_path / "orders.csv")
    assert names() == ["Acme Limited", "Beta GmbH"]
    customers = bring_in(store, tmp_path / "customers.csv", kind="customers")
    assert names() == ["Acme Limited", "Beta AG"]
    for batch, left in (
        (customers, ["Acme Limited", "Beta GmbH"]), (orders, ["Acme Ltd", "Beta GmbH"]),
        (people, []),
    ):  # fmt: skip
        with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
            undo.undo(conn, batch.batch_id, AT)
        assert names() == left


def test_orders_with_rows_of_several_months_are_told(store: Path, tmp_path: Path) -> None:
    """The number of a policy stands on each of its charges, so it is no order id."""
    text = (
        "Policy No,Insured,Class,Date,Premium\n123,J. Smith,Motor,2026-01-03,500.00\n"
        "124,Hill Farm,Property,2026-01-15,1200.00\n123,J. Smith,Motor,2026-01-20,5.00\n"
        "123,J. Smith,Motor,2026-02-14,-125.00\n124,Hill Farm,Property,2026-01-16,7.00\n"
    )
    names = {"order.id": "Policy No", "order.date": "Date", "customer.name": "Insured",
             "line.category": "Class", "line.amount": "Premium"}  # fmt: skip
    path = file(tmp_path, "policies.csv", text)
    found = bring_in(store, path, kind="orders", overrides=names)
    told = [translate(note.text) for note in found.files[0].notes if note.level == "warning"]
    assert [one for one in told if "several months: 1 (the first: 123, line 2)" in one]
    assert by_month(store) == {"2026-01": 15_870_000}
    undone(store, found.batch_id)
    found = bring_in(store, path, kind="orders", overrides=names | {"order.id": "-"})
    assert not [note for note in found.files[0].notes if "months" in translate(note.text)]
    assert by_month(store) == {"2026-01": 17_120_000, "2026-02": -1_250_000}


def test_a_header_that_stands_again_hides_no_column(store: Path, tmp_path: Path) -> None:
    text = (
        "Datum;Auftrag;Kunde;Gruppe;Betrag\n02.01.2026;A-1;Theater;Plakate;420,00\n"
        "Datum;Auftrag;Kunde;Gruppe;Betrag\n23.02.2026;A-4;Pizzeria;Plakate;-20,00\n"
    )
    found = bring_in(store, file(tmp_path, "auftraege.csv", text))
    assert (found.counts.created, found.counts.rejected) == (2, 1)
    assert by_month(store) == {"2026-01": 4_200_000, "2026-02": -200_000}
