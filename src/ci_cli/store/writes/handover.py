"""Hand accounts over from one person to another; kept and undoable like any import.

Only who looks after an account from now on changes: whoever wrote something stays its author.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ci_cli.shapes.trade import Counts
from ci_cli.store.writes import batches, typed
from ci_cli.store.writes.batches import FileEntry
from ci_cli.store.writes.typed import TYPED


def hand_over(
    conn: sqlite3.Connection, customers: Collection[int], *, former: str, to: str, by: str, at: str
) -> int:
    """Make ``to`` the owner wherever a record of these customers names ``former``.

    Args:
        conn: the store, inside a transaction.
        customers: living customers that ``former`` owns.
        former: who looked after them, upper and lower case alike.
        to: who does from now on.
        by: who says so.
        at: time of the entry.

    Returns:
        The number of the batch, by which it can be undone.
    """
    batch_id = batches.open_batch(
        conn, command="customer handover", source=TYPED, imported_by=by, at=at,
        options={"from": former, "to": to},
    )  # fmt: skip
    entry = FileEntry(TYPED, None, None, "customers", "typed", None, None, 0)
    file_id = batches.add_file(conn, batch_id, entry)
    ids = [
        int(row[0])
        for row in conn.execute(
            "SELECT id FROM record WHERE customer_id IN (SELECT value FROM json_each(?))"
            " AND lower(trim(owner)) = lower(?)",
            (json.dumps(sorted(customers)), former.strip()),
        )
    ]
    chosen = ", ".join(map(str, ids)) or "NULL"
    batches.keep_before(conn, batch_id, "record", chosen)
    conn.execute(f"UPDATE record SET owner = ?, updated_at = ? WHERE id IN ({chosen})", (to, at))
    counts = Counts(read=len(ids), updated=len(ids))
    typed.close(conn, batch_id, file_id, counts)
    return batch_id
