"""A value altered from outside is found and its import named, whatever was done to the store."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.shapes.actions import NewAction
from ci_cli.shapes.goals import NewGoal, NewStakeholder
from ci_cli.shapes.talks import Entry
from ci_cli.shapes.trade import Author, Counts
from ci_cli.shapes.voice import Learnt, Said
from ci_cli.store import backup, customers, engine, journal, seals, tags, talks
from ci_cli.store.writes import (
    actions,
    batches,
    behaviours,
    edits,
    facts,
    goals,
    links,
    merges,
    records,
    references,
    splits,
    undo,
    voices,
)
from ci_cli.tags import apply as tagging
from importer import AT, bring_in, new_store

ME = Author("me", AT)
TALKS, TAGS = (
    ("log", "done", "facts", "voices", "refs", "refs-done"),
    ("define", "tag", "rules", "untag"),
)
HEADER = "Order ID,Line Number,Customer ID,Customer Name,Order Date,Product,Quantity,Amount\n"
FILES = {
    "orders.csv": HEADER
    + "A1,1,K1,Acme Ltd,2025-01-05,Tea,2,20.00\nA1,2,K1,Acme Ltd,2025-01-05,Pen,1,1.50\n"
    "A2,1,K2,张伟商贸,2025-02-06,Tea,5,50.00\n",
    "later.csv": HEADER + "A2,1,K2,张伟商贸,2025-02-06,Tea,6,60.00\n"
    "A3,1,K1,Acme Ltd,2025-03-01,Ink,1,9.99\n",
    "customers.csv": "Customer ID,Customer Name,Industry,City\nK1,Acme Ltd,Retail,Hull\n"
    "K9,Berg AG,Trade,Ulm\n",
    "calls.csv": "Order ID,Order Date,Customer Name,Amount\nX1,2025-05-01,Acme Ltd,5.00\n"
    "X2,2025-05-02,Nobody Known,-6.00\n",
    "products.csv": "Product ID,Product Name,Category,Unit Price\nTea,Green tea,Drinks,10.00\n",
    "contacts.csv": "Customer ID,Contact Name,Email\nK1,Ann,ann@acme.test\n",
    "lines.csv": "Order ID,Line Number,Product,Quantity,Amount\nA9,1,Tea,1,3.00\nA1,3,Ink,1,4.00\n",
}
KINDS = {"customers.csv": "customers", "products.csv": "products", "contacts.csv": "contacts"}


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")


def act(store: Path, step: tuple[str, Any]) -> None:
    """Do one thing to the store; what is refused leaves it as it was."""
    what, choice = step
    if what in ("complete", "import"):
        _bring(store, what, choice)
        return
    with closing(engine.connect(store, write=True)) as conn:
        ids = [row[0] for row in conn.execute("SELECT id FROM record ORDER BY id")]
        live = [row["id"] for row in journal.history(conn) if row["undone_at"] is None]
        if what == "undo" and live:
            with engine.transaction(conn):
                undo.undo(conn, live[choice % len(live)], AT)
        elif what in (*TALKS, *TAGS):
            with engine.transaction(conn):
                (_talk if what in TALKS else _tag)(conn, what, choice, ids)
        elif what == "add":
            with engine.transaction(conn):
                edits.add(conn, {"name": f"Typed {choice % 3}"}, {"fit": "x"}, by="me", at=AT)
        elif what == "set" and ids:
            with engine.transaction(conn):
                record = ids[choice % len(ids)]
                edits.set_fields(conn, record, {"city": f"C{choice}"}, {}, by="me", at=AT)
        elif what == "link":
            waiting = [w.record_id for w in links.waiting(conn)]
            if waiting and len(ids) > 1:
                stub = waiting[choice % len(waiting)]
                other = next(i for i in ids if i != stub)
                try:
                    with engine.transaction(conn):
                        links.link_by_hand(conn, stub, other, AT)
                except CiError as error:
                    assert error.code == "link-to-itself"  # noqa: PT017
        elif what in ("merge", "split") and len(ids) > 1:
            with engine.transaction(conn):
                if what == "split":
                    splits.take_back(conn, ME, decide=bool(choice % 2))
                else:
                    pair = (ids[choice % len(ids)], ids[(choice + 1) % len(ids)])
                    merges.merge_clusters(conn, [pair], ME, how="person")
        elif what == "dry":
            with engine.transaction(conn, keep=False):
                conn.execute("DELETE FROM order_line")


def _talk(conn: sqlite3.Connection, what: str, choice: int, ids: list[int]) -> None:
    open_ones = talks.listing(conn, open_only=True)
    if what == "facts":
        _bring_facts(conn, choice)
    elif what == "refs" and ids:
        _refer(conn, choice, customers.resolve(conn, ids[choice % len(ids)]) or 0)
    elif what == "refs-done":
        _refer_on(conn, choice)
    elif what == "voices" and ids:
        _voices(conn, choice, customers.resolve(conn, ids[choice % len(ids)]) or 0)
    elif what == "log" and ids:
        said = Entry("promise", "2025-05-01", f"Spec {choice}", person="Ann")
        customer = customers.resolve(conn, ids[choice % len(ids)])
        facts.log(conn, customer or 0, said, by="me", at=AT)
    elif what == "done" and open_ones:
        number = open_ones[choice % len(open_ones)].id
        facts.close(conn, number, "2025-06-01", outcome=None, by="me", at=AT)


RULES = """name = "set {choice}"
[[rule]]
name = "calls"
tag = "refused-call"
all = [{{ field = "interaction.kind", op = "is", value = "{kind}" }}]
[[rule]]
name = "buys"
tag = "stated-need"
all = [{{ field = "orders.count", op = ">", value = {choice} }}]
"""


def _tag(conn: Any, what: str, choice: int, ids: list[int]) -> None:
    if what == "define":
        tagging.define(conn, f"own-{choice % 2}", {"polarity": 1, "priority": choice % 9}, ME)
    elif what == "rules":
        kind = ("call", "promise")[choice % 2]
        text = tagging.RulesText("r.toml", RULES.format(choice=choice % 3, kind=kind), "0")
        tagging.apply_rules(conn, text, ME, on=date(2025, 6, 1))
    elif ids:
        customer = customers.resolve(conn, ids[choice % len(ids)]) or 0
        tag = ("refused-call", "stated-need")[choice % 2]
        held = tags.behaviour_ids(conn, customer, tag, None)
        if what == "untag" and held:
            behaviours.remove(conn, held, ME)
        elif what == "tag":
            entries = talks.listing(conn, customer_id=customer)
            entry = entries[0].id if entries and choice % 3 else None
            tagging.add(conn, customer, tag, day="2025-06-01", until=None, entry=entry,
                        author=ME, day_given=False)  # fmt: skip


def _voices(conn: sqlite3.Connection, choice: int, customer: int) -> None:
    """Note feedback and what was learnt, make a survey where there is none yet, and code."""
    batch, _number = voices.say(
        conn, customer, Said("request", "2025-05-01", f"Fewer visits {choice}", ask="drop"),
        by="me", at=AT,
    )  # fmt: skip
    learnt = [Learnt("attitude", "2025-05-01", "cooling", "new CFO"), Learnt("roi", "2025-05-02",
              "hours", "half the work", before=40, after=choice)]  # fmt: skip
    voices.learn(conn, customer, learnt, command="log attitude", by="me", at=AT)
    name = f"Q{choice % 2}"
    taken = {row[0] for row in conn.execute("SELECT name FROM survey")}
    if name not in taken:
        survey = voices.NewSurvey(name, "core-en", 1, "{}", "2025-05-01", None)
        voices.make_survey(conn, survey, [customer], by="me", at=AT)
    codes = {("typed", str(batch)): "visits", ("typed", "0"): [None, "price"][choice % 2]}
    voices.code(conn, "product", "li", codes, day="2025-05-03", by="me", at=AT)


def _refer(conn: sqlite3.Connection, choice: int, customer: int) -> None:
    """Nominate, consent, keep a quote, ask for a reference for the customer itself, thank."""
    steps = [
        references.NewStep("2025-05-01", "nominate", use_case=f"returns {choice}"),
        references.NewStep("2025-05-01", "consent", "Ann", "call", "short", "2026-05-01"),
    ]
    references.add_steps(conn, customer, steps, command="ref consent", author=ME)
    new = references.NewQuote(customer, "Ann", f"Half the time {choice}", "Tea", "2025-05-02")
    references.add_quote(conn, new, author=ME)
    deal = references.NewRequest(
        customer if choice % 2 else None, f"Deal {choice}", "call", "2025-05-03", "2025-06-01",
        "industry=Retail", 10_000 * choice, "EUR", 4,
    )  # fmt: skip
    references.add_request(conn, deal, author=ME)
    given = references.NewThanks(customer, "Ann", "2025-05-04", "reward", "cup", choice, "EUR")
    references.recognise(conn, given, author=ME)


def _refer_on(conn: sqlite3.Connection, choice: int) -> None:
    """Build on what is there: approach, fulfil or cancel a request; approve and use a quote."""
    row = conn.execute("SELECT x.id, k.id FROM reference_request AS x, record AS k"
                       " WHERE x.state = 'open' LIMIT 1").fetchone()  # fmt: skip
    if row is not None:
        customer = customers.resolve(conn, row[1]) or 0
        references.add_attempt(conn, row[0], customer, person="Ann", day="2025-05-05",
                               outcome="agreed", minutes=30, note="yes", author=ME)  # fmt: skip
        if choice % 2:
            use = references.NewUse(customer, "Ann", "call", "2025-05-06", 5, 60, "good", 7, "EUR")
            references.fulfil(conn, row[0], use, author=ME)
        else:
            references.cancel(conn, row[0], "2025-05-06", "won without", author=ME)
    quote = conn.execute("SELECT max(id) FROM quote").fetchone()[0]
    if quote is not None:
        references.permit_quote(
            conn, quote, command="ref quote approve", approved="2025-05-05", approved_by="Ann",
            scope="public", until=None, author=ME,
        )  # fmt: skip
        references.use_quote(conn, quote, "2025-05-06", f"brochure {choice}", author=ME)


def _bring_facts(conn: sqlite3.Connection, choice: int) -> None:
    """Bring in one row for each table of facts; the same key may change its customer."""
    batch = batches.open_batch(conn, command="import", source="crm", imported_by="me", at=AT)
    counts = Counts()
    key = ("crm", "name", f"Caller {choice % 2}")
    about = json.dumps({"email": "ann@acme.test"} if choice % 3 else {"phone": "0123456789"})
    both = {"source": "crm", "fact_key": f"F{choice % 3}", "about_customer": about}
    for target, values in (
        (facts.INTERACTION, {"day": f"2025-05-0{1 + choice % 5}", "kind": "call"}),
        (facts.CONTRACT, {"ends": "2025-12-31", "value": choice * 10_000}),
        (facts.OPPORTUNITY, {"outcome": "open", "value": choice}),
        (facts.USAGE, {"metric": "logins", "grain": "month", "period": "2025-05-01",
                       "value": choice}),
    ):  # fmt: skip
        entry = batches.FileEntry("calls", None, None, target.table, "csv", None, None, 1)
        file_id = batches.add_file(conn, batch, entry)
        row = facts.FactRow(2, key, both | values)
        verdicts = facts.load_facts(
            conn, target, [row], batch_id=batch, file_id=file_id, on_match="update", at=AT
        )
        one = Counts(read=1)
        setattr(one, verdicts[2], 1)
        batches.close_file(conn, file_id, one)
        counts.add(one)
    records.refresh_stubs_of(conn, batch)
    links.link_waiting(conn, batch, AT)
    batches.close_batch(conn, batch, counts, None)


def _bring(store: Path, what: str, choice: int) -> None:
    if what == "complete":  # takes orders out, which come back under their former ids
        (store.parent / "rest.csv").write_text(HEADER + "A2,1,K2,张伟商贸,2025-02-06,Tea,5,50.00\n")
        bring_in(
            store, store.parent / "rest.csv", kind="orders", source="shop", withdraw=True,
            complete=("2025-01-01", f"2025-0{1 + choice % 3}-28"),
        )  # fmt: skip
        return
    name = sorted(FILES)[choice % len(FILES)]
    source = "phone" if name == "calls.csv" else "shop"
    try:
        bring_in(store, store.parent / name, kind=KINDS.get(name, "orders"), source=source)
    except CiError as error:
        assert error.code == "nothing-to-import"  # noqa: PT017


def sums_by_hand(store: Path) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Add up rows, money and quantity in Python, from the rows as they are."""
    money = {"sales_order": "total", "order_line": "amount", "product": "unit_price",
             "contract": "value", "opportunity": "value", "reference_request": "value",
             "recognition": "value"}  # fmt: skip
    used = {"order_line": "quantity", "usage": "value"}
    found: dict[tuple[str, int], tuple[int, int, int]] = {}
    with closing(sqlite3.connect(store)) as conn:
        conn.row_factory = sqlite3.Row
        for table in (*seals.BY_FILE, *seals.WHOLE):
            for row in conn.execute(f"SELECT * FROM {table}"):
                told = dict(row)
                key = (table, told.get("file_id") or 0)
                rows, amount, quantity = found.get(key, (0, 0, 0))
                found[key] = (
                    rows + 1,
                    amount + (told[money[table]] or 0 if table in money else 0),
                    quantity + (told[used[table]] or 0 if table in used else 0),
                )
    return found


def sealed(store: Path) -> dict[tuple[str, int], tuple[int, int, int]]:
    with closing(sqlite3.connect(store)) as conn:
        return {
            (row[0], row[1]): (row[2], row[3] * 2**31 + row[4], row[5] * 2**31 + row[6])
            for row in conn.execute("SELECT * FROM seal")
        }


def broken(store: Path) -> list[seals.Broken]:
    with closing(engine.connect(store)) as conn:
        return seals.broken(conn)


STEPS = st.tuples(
    st.sampled_from(
        ["import"] * 4
        + ["undo"] * 4
        + ["add", "set", "link", "dry", "merge", "merge", "split", "complete"]
        + ["log", "log", "done", "facts", "facts", "voices", "voices"]
        + ["refs", "refs", "refs-done", "refs-done"]
        + ["define", "tag", "rules", "rules", "untag"]
    ),
    st.integers(0, 50),
)


@given(st.lists(STEPS, min_size=1, max_size=9))
@settings(max_examples=40)
# a line that a later import changed stays, and its order with it
@example([("import", 5), ("import", 3), ("undo", 1), ("undo", 0)])
# what was taken out comes back under its former ids, below the highest
@example([("import", 5), ("complete", 0), ("undo", 0)])
# a request that was answered outlives the undo of its own entry, until the answer is undone
@example([("add", 1), ("refs", 1), ("refs-done", 1), ("undo", 3), ("undo", 2), ("undo", 5)])
# two names each linked to the other would be a ring that nothing takes apart
@example([("import", 0), ("link", 0), ("link", 0), ("undo", 0)])
def test_the_seals_stay_true_whatever_is_done(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder) / "ci.db")
        write_files(store.parent)
        for step in steps:
            act(store, step)
            assert broken(store) == []
            assert sealed(store) == sums_by_hand(store)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with rows in every sealed table."""
    folder = tmp_path_factory.mktemp("full")
    write_files(folder)
    store = new_store(folder / "ci.db")
    for number in range(len(FILES)):
        act(store, ("import", number))
    act(store, ("add", 1))
    act(store, ("facts", 1))
    act(store, ("define", 1))
    act(store, ("tag", 1))
    act(store, ("rules", 0))
    act(store, ("voices", 1))
    act(store, ("refs", 1))
    act(store, ("refs-done", 1))
    act(store, ("merge", 0))
    act(store, ("split", 1))
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        conn.execute(
            "INSERT INTO category_rule (match, value, category) VALUES ('product', 'Tea', 'T')"
        )
        conn.execute("INSERT INTO category (source, category_key) VALUES ('shop', 'D')")
        actions.add(
            conn,
            NewAction("Call", "chen", "2031-07-15", "2026-01-02", "me", record_id=1),
            at=AT,
        )
        goal = NewGoal("retention", 5, "up", "EUR", True, "2026-01-02", 4, "2031-07-15", "chen",
                       "board", "2026-01-02", "me")  # fmt: skip
        number, _batch = goals.set_goal(conn, goal, at=AT)
        goals.drop(conn, number, day="2026-01-03", reason="other", by="me", at=AT)
        said = NewStakeholder("report exec", "Ann", "less", "2026-01-02", "me")
        goals.add_stakeholder(conn, said, at=AT)
    return store


def _values(store: Path) -> Iterator[tuple[str, str]]:
    with closing(sqlite3.connect(store)) as conn:
        for table in (*seals.BY_FILE, *seals.WHOLE):
            for column in conn.execute(f"PRAGMA table_info({table})"):
                yield table, column[1]


@pytest.fixture
def copy(full: Path, tmp_path: Path) -> Path:
    write_files(tmp_path)
    (tmp_path / "ci.db").write_bytes(full.read_bytes())
    return tmp_path / "ci.db"


def test_every_value_of_every_sealed_table_is_covered(copy: Path) -> None:
    assert broken(copy) == []
    for table, column in list(_values(copy)):
        if column == "id":
            continue  # the order of ids is what SQLite's own check looks at
        before = copy.read_bytes()
        with closing(sqlite3.connect(copy, isolation_level=None)) as other:
            kind = other.execute(
                "SELECT type FROM pragma_table_info(?) WHERE name = ?", (table, column)
            ).fetchone()[0]
            value = f'coalesce("{column}", 0) + 1'
            if kind == "TEXT":
                value = f"coalesce(\"{column}\", '') || 'x'"
            row = other.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
            assert row is not None, table
            other.execute(f'UPDATE {table} SET "{column}" = {value} WHERE id = ?', (row,))
        assert table in {found.table for found in broken(copy)}, (table, column)
        copy.write_bytes(before)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE order_line SET amount = amount + 1 WHERE id = 1",
         "was altered from outside: order_line: the amounts add up to"),
        ("UPDATE order_line SET quantity = coalesce(quantity, 0) + 1 WHERE id = 1",
         "was altered from outside: order_line: the quantities add up to"),
        ("UPDATE sales_order SET date = '2024-01-01' WHERE id = (SELECT min(id) FROM sales_order)",
         "was altered from outside: sales_order: a value is not what it was"),
        ("DELETE FROM order_line WHERE id = 1", "was altered from outside: order_line: "),
        ("UPDATE item SET name = 'Other' WHERE id = 1", "altered from outside: item: a value"),
    ],
)  # fmt: skip
def test_the_check_names_the_import(copy: Path, statement: str, says: str) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        table = "sales_order" if "sales_order" in statement else "order_line"
        (batch,) = other.execute(
            f"SELECT f.batch_id FROM {table} AS t JOIN batch_file AS f"
            f" ON f.id = t.file_id WHERE t.id = (SELECT min(id) FROM {table})"
        ).fetchone()
        other.execute(statement)
    with closing(engine.connect(copy)) as conn:
        problems = [str(problem) for problem in backup.check(conn)]
    assert len(problems) == 1
    assert says in problems[0]
    if not statement.startswith("UPDATE item"):
        assert problems[0].startswith(f"import {batch} (")


def test_a_flipped_byte_inside_a_value_is_found_though_the_structure_is_sound(copy: Path) -> None:
    """The city stands in no index, so nothing but the seal can know."""
    content = copy.read_bytes()
    assert content.count(b"Hull") == 1
    copy.write_bytes(content.replace(b"Hull", b"Hulk"))
    with closing(engine.connect(copy)) as conn:
        assert [row[0] for row in conn.execute("PRAGMA integrity_check")] == ["ok"]
        problems = [str(problem) for problem in backup.check(conn)]
    assert len(problems) == 1
    assert "(customers.csv) was altered from outside: record: a value" in problems[0]


def test_later_writes_do_not_bless_what_was_altered(copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        other.execute("UPDATE order_line SET amount = amount + 1 WHERE id = 1")
    was = broken(copy)
    assert len(was) == 1
    for step in (("import", sorted(FILES).index("later.csv")), ("set", 0), ("undo", 0)):
        act(copy, step)
        assert [b.table for b in broken(copy)] == ["order_line"]


def test_ids_that_are_used_again_in_one_transaction_count_once(copy: Path) -> None:
    columns = "order_id, line_key, occurrence, item_id, kind, amount, file_id"
    with closing(engine.connect(copy, write=True)) as conn:
        with engine.transaction(conn):
            last = conn.execute("SELECT * FROM order_line ORDER BY id DESC LIMIT 1").fetchone()
            conn.execute("DELETE FROM order_line WHERE id = ?", (last["id"],))
            for amount in (7, 8):
                conn.execute(
                    f"INSERT INTO order_line ({columns}) VALUES (?, ?, 0, ?, 'sale', ?, ?)",
                    (last["order_id"], amount, last["item_id"], amount, last["file_id"]),
                )
            conn.execute("UPDATE order_line SET amount = 9 WHERE id = ?", (last["id"],))
            conn.execute("DELETE FROM order_line WHERE amount = 8")
        assert seals.broken(conn) == []


def test_amounts_that_no_number_can_hold_together_do_not_stop_an_import(tmp_path: Path) -> None:
    store = new_store(tmp_path / "ci.db")
    rows = "".join(f"B{n},1,K,Acme,2025-01-05,Tea,1,{10**12 - 1}.00\n" for n in range(1, 1000))
    (tmp_path / "big.csv").write_text(HEADER + rows)
    assert bring_in(store, tmp_path / "big.csv", kind="orders").counts.created == 999
    assert broken(store) == []
    assert sealed(store) == sums_by_hand(store)


def test_every_table_that_knows_its_file_is_sealed(full: Path) -> None:
    with closing(sqlite3.connect(full)) as conn:
        with_file = {
            row[0]
            for row in conn.execute(
                "SELECT s.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
                " WHERE s.type = 'table' AND c.name = 'file_id' AND s.name <> 'seal'"
            )
        }
    assert with_file == set(seals.BY_FILE)
