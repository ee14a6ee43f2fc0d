"""Let a connection see the facts of some sources only, whatever is asked of it afterwards.

The tables of facts are hidden behind temporary views of the same name, which hold the rows of the
chosen sources; so every query of every report is narrowed, and none can forget to be. The kept
figures know no sources: they are hidden too, and the lines are added up. Customers and their
fields, contacts, products and categories stay as they are.

A narrowed connection is for reading: rows cannot be written through these views.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from ci_cli.store.writes.typed import TYPED

# tables whose rows name their source …
FACTS = (
    "sales_order", "interaction", "contract", "opportunity", "usage", "feedback", "insight",
    "behaviour",
)  # fmt: skip
# … and how, where that is not a column of this name: what rules find of a state, a person let them
SOURCE = {"behaviour": f"iif(x.basis = 'state', '{TYPED}', x.evidence_source)"}
# … those that say what customers said, and those that name competitors
VOICE = ("feedback", "insight")
RIVALS = ("insight", "opportunity")


def narrow(conn: sqlite3.Connection, sources: Sequence[str], tables: Sequence[str] = FACTS) -> None:
    """Hide the facts of all other sources for as long as the connection is open.

    Args:
        conn: an open store, outside a transaction.
        sources: names of those to see.
        tables: which of ``FACTS`` are narrowed.
    """
    guarded = conn.execute("PRAGMA query_only").fetchone()[0]
    conn.execute("PRAGMA query_only = OFF")  # SQLite takes temporary views for writing
    try:
        _hide(conn, sources, tables)
    finally:
        conn.execute(f"PRAGMA query_only = {int(guarded)}")


def is_narrowed(conn: sqlite3.Connection) -> bool:
    """Tell whether the connection sees the orders of some sources only."""
    found = conn.execute("SELECT 1 FROM temp.sqlite_schema WHERE name = 'sales_order'")
    return found.fetchone() is not None


def _hide(conn: sqlite3.Connection, sources: Sequence[str], tables: Sequence[str]) -> None:
    # a view has no parameters: the names stand in it, quoted by SQLite
    chosen = ", ".join(
        str(conn.execute("SELECT quote(?)", (name,)).fetchone()[0]) for name in sources
    )
    hidden = list(tables)
    for table in tables:
        conn.execute(
            f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} AS x"
            # the plus keeps SQLite from the index of sources: it takes a source for ten rows, and
            # then joins the rest line by line with everything
            f" WHERE +{SOURCE.get(table, 'x.source')} IN ({chosen})"
        )
    if "sales_order" in tables:
        hidden.append("order_line")
        conn.execute(
            "CREATE TEMP VIEW order_line AS SELECT l.* FROM main.order_line AS l WHERE EXISTS"
            " (SELECT 1 FROM main.sales_order AS o WHERE o.id = l.order_id"
            f" AND o.source IN ({chosen}))"
        )
        conn.execute("CREATE TEMP VIEW kept_mark AS SELECT name, 0 AS value FROM main.kept_mark")
    # the views of the store look into the store itself; those that speak of facts are made again
    rows = conn.execute(
        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'view' ORDER BY rowid"
    )
    for name, text in rows.fetchall():
        if re.search(rf"\b({'|'.join(hidden)})\b", text):
            text = re.sub(r"^\s*CREATE\s+VIEW", "CREATE TEMP VIEW", text, count=1)
            # lines are looked up by their orders there, and these are narrowed already
            conn.execute(re.sub(r"\border_line\b", "main.order_line", text))
            hidden.append(name)
