"""The commands that the loops interrupt, and what each needs before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ci_cli.shapes.actions import NewAction
from ci_cli.shapes.trade import Author
from ci_cli.store import actions, engine, migrations
from ci_cli.store.writes import actions as writing
from ci_cli.store.writes import merges
from importer import AT, bring_in, new_store
from store_dump import logical_dump

STANDING = (
    "SELECT record_a, record_b, verdict FROM decision WHERE withdrawn_at IS NULL ORDER BY 1, 2"
)
SCHEMAS = Path(__file__).parents[1] / "store" / "schemas"
HEADER = "Order ID,Line Number,Customer ID,Customer Name,Order Date,Product,Quantity,Amount\n"


def orders(first: int, last: int, *, price: int = 10) -> str:
    """Return an order book: two lines for each order, forty customers."""
    return HEADER + "".join(
        f"A{n},{line},K{n % 40},Customer {n % 40},2025-{n % 12 + 1:02}-{n % 28 + 1:02},"
        f"P{n % 7},{n % 5 + 1},{price * (n % 9 + line)}.50\n"
        for n in range(first, last)
        for line in (1, 2)
    )


@dataclass(frozen=True)
class Job:
    """One command that writes.

    Args:
        line: the command.
        prepare: makes ``ci.db`` and the files that the command needs.
        done: error codes that a repetition may answer with once the work is done.
        result: the file whose content the command makes; the store by default.
        creates: the file is not there before.
    """

    line: str
    prepare: Callable[[Path], object]
    done: tuple[str, ...] = ()
    result: str = "ci.db"
    creates: bool = False


def _filled(folder: Path) -> Path:
    (folder / "orders.csv").write_text(orders(0, 150))
    store = new_store(folder / "ci.db")
    bring_in(store, folder / "orders.csv", source="shop", kind="orders")
    return store


def _with_more(folder: Path) -> None:
    _filled(folder)
    # half of it is known, and its prices are other ones
    (folder / "more.csv").write_text(orders(75, 300, price=11))


def _with_two_imports(folder: Path) -> None:
    _with_more(folder)
    bring_in(folder / "ci.db", folder / "more.csv", source="shop", kind="orders")


def _with_stubs(folder: Path) -> None:
    store = _filled(folder)
    (folder / "calls.csv").write_text(
        "Order ID,Order Date,Customer Name,Amount\nX1,2025-05-01,Somebody Else,5.00\n"
    )
    bring_in(store, folder / "calls.csv", source="phone", kind="orders")


def _of_schema_1(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "ci.db")) as conn:
        conn.executescript((SCHEMAS / "schema-1.sql").read_text("utf-8"))


def _with_merges(folder: Path) -> None:
    store = _filled(folder)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        merges.merge_clusters(conn, [(1, 2, 3), (4, 5), (7, 6)], Author("tester", AT))


def _with_action(folder: Path) -> None:
    store = _filled(folder)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        writing.add(conn, NewAction("x", "li", "2031-01-01", "2026-01-02", "me", None, 1), at=AT)


def _with_backup(folder: Path) -> None:
    from ci_cli.store import backup

    store = _filled(folder)
    with closing(engine.connect(store)) as conn:
        backup.backup(conn, folder / "good.db")
    (folder / "more.csv").write_text(orders(75, 300, price=11))
    bring_in(store, folder / "more.csv", source="shop", kind="orders")


def scanned(folder: Path) -> None:
    """Write ten firms, each twice, and scan them; ``pairs.csv`` decides about all of them."""
    from ci_cli.dedupe.pair_codes import code_of
    from ci_cli.dedupe.scan import scan
    from ci_cli.store import reviews

    lines = [
        f"K{n}-{half},{name} {half},+44 20 7946 00{n:02},info@{name.lower()}.example,{town}"
        for n, (name, town) in enumerate(_FIRMS)
        for half in ("Ltd", "Limited")
    ]
    (folder / "list.csv").write_text(
        "Customer ID,Name,Phone,Email,City\n" + "\n".join(lines) + "\n"
    )
    store = new_store(folder / "ci.db")
    bring_in(store, folder / "list.csv", source="shop", kind="customers")
    with closing(engine.connect(store, write=True)) as conn:
        scan(conn, by="tester", at=AT)
        names = reviews.record_names(conn, range(1, 21))
    codes = [code_of(1, names[n], names[n + 1]) for n in range(1, 21, 2)]
    answers = zip(codes, ["merge"] * 7 + ["apart"] * 2 + ["later"], strict=True)
    (folder / "pairs.csv").write_text(
        "pair,decision\n" + "".join(f"{code},{word}\n" for code, word in answers)
    )


_FIRMS = [
    ("Acmeron", "London"), ("Bluestar", "Leeds"), ("Cormorant", "York"), ("Dunwich", "Bath"),
    ("Eldermoor", "Hull"), ("Foxglove", "Derby"), ("Greywater", "Ely"), ("Hollowell", "Ripon"),
    ("Ironbridge", "Wells"), ("Juniper", "Truro"),
]  # fmt: skip


JOBS = {
    "first import": Job(
        "import orders.csv --source shop --as orders",
        lambda folder: (folder / "orders.csv").write_text(orders(0, 150)), creates=True,
    ),
    "import": Job("import more.csv --source shop --as orders", _with_more),
    "undo": Job("import undo 2 --yes", _with_two_imports, ("import-undone",)),
    "link": Job("import link C41 C1", _with_stubs, ("link-not-waiting",)),
    "edit": Job("customer set C1 city=Hull", _filled),
    "merge": Job("dedupe merge C3 C1 C17 C20 C40 --keep C17", _filled),
    "apply": Job("dedupe apply pairs.csv", scanned),
    "auto": Job("dedupe scan --auto", scanned),
    "split": Job("dedupe split --run 1", _with_merges, ("split-nothing",)),
    "action": Job("action done 1 --won 12000 --kind won", _with_action, ("action-closed",)),
    "migration": Job("db stats", _of_schema_1),
    "backup": Job("db backup copy.db --verify", _filled, ("backup-exists",), "copy.db", True),
    "restore": Job("db restore good.db --yes", _with_backup),
}  # fmt: skip


def content(path: Path) -> object:
    """Return a store's schema and what it says; None where there is none, or an empty one."""
    if not path.exists():
        return None
    with closing(engine.connect(path, upgrade=False)) as conn:
        if engine.meta(conn, "revision") == "0":
            return None
        version = migrations.version_of(conn)
        kept = conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'decision'").fetchone()
        decided = conn.execute(STANDING).fetchall() if kept else []
        acted = actions.listing(conn) if version == migrations.LATEST else []
    return version, logical_dump(path, provenance=True), list(map(tuple, decided)), acted
