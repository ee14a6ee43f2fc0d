"""The journal of merges and splits: one event per customer, and each record that it moved.

An event says from which customer to which each record moved: that is the state before, so a merge
can be taken back at any time. How far it still holds is never noted, but read off: a move holds
while its record is together with the customer that it moved to, and no split has parted them since.
"""

from __future__ import annotations

import sqlite3
from typing import Literal

from ci_cli.shapes.trade import Author
from ci_cli.store.writes import membership

How = Literal["person", "auto"]

# a later split parted the record of the move ``g`` from the founder of the customer it moved to
_PARTED_SINCE = (
    "EXISTS (SELECT 1 FROM regrouped AS s JOIN regroup AS k ON k.id = s.regroup_id"
    " AND k.kind = 'split' JOIN regrouped AS t ON t.regroup_id = s.regroup_id"
    " AND t.record_id = g.to_customer_id AND t.to_customer_id <> s.to_customer_id"
    " WHERE s.record_id = g.record_id AND s.regroup_id > g.regroup_id)"
)
# the moves of merges that still hold
HELD = (
    "SELECT g.* FROM regrouped AS g JOIN regroup AS e ON e.id = g.regroup_id AND e.kind = 'merge'"
    " JOIN record AS r ON r.id = g.record_id AND r.customer_id = "
    f"{membership.LIVING.format(id='g.to_customer_id')}"
    f" WHERE g.from_customer_id <> g.to_customer_id AND NOT {_PARTED_SINCE}"
)


def write_events(
    conn: sqlite3.Connection, kind: str, customers: str, author: Author, how: How = "person"
) -> list[int]:
    """Write one event per customer; ``rg_event`` gives the number of each. Return the numbers."""
    conn.execute("DROP TABLE IF EXISTS temp.rg_event")
    conn.execute(
        f"CREATE TEMP TABLE rg_event AS WITH c (id) AS ({customers})"
        " SELECT c.id AS customer_id, row_number() OVER (ORDER BY c.id)"
        " + (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'regroup') AS number"
        " FROM c"
    )
    conn.execute("CREATE UNIQUE INDEX temp.rg_event_customer ON rg_event (customer_id)")
    conn.execute(
        "INSERT INTO regroup (id, run, kind, customer_id, done_by, at, how, note)"
        " SELECT number, (SELECT min(number) FROM rg_event), ?, customer_id, ?, ?, ?, ?"
        " FROM rg_event ORDER BY number",
        (kind, author.by, author.at, how, author.note),
    )
    return [row[0] for row in conn.execute("SELECT number FROM rg_event ORDER BY 1")]
