"""Look up what was said, agreed, hoped for and used: by customer as customers are today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from ci_cli.shapes.talks import (
    CLOSABLE,
    Attachment,
    ContractInfo,
    LastTouch,
    OpportunityInfo,
    Talk,
    UsagePoint,
)

_TALK = (
    "SELECT i.id, r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
    " i.day, i.clock, i.kind, i.topic, i.direction, i.outcome, i.subject, i.text,"
    " coalesce(p.name, i.person), i.author, i.status, i.due, i.closed, i.files, i.source,"
    " f.batch_id, f.file, f.sheet, i.line FROM interaction AS i"
    " LEFT JOIN record AS r ON r.id = i.record_id LEFT JOIN contact AS p ON p.id = i.contact_id"
    " LEFT JOIN batch_file AS f ON f.id = i.file_id"
)
_WHOSE = (
    " LEFT JOIN record AS r ON r.id = x.record_id LEFT JOIN golden AS g ON g.id = r.customer_id"
)


def listing(
    conn: sqlite3.Connection,
    *,
    customer_id: int | None = None,
    kinds: Collection[str] = (),
    since: str | None = None,
    until: str | None = None,
    author: str | None = None,
    open_only: bool = False,
    limit: int | None = None,
) -> list[Talk]:
    """Return interactions, the latest first; what is open with its due day, the most urgent first.

    Args:
        conn: the store.
        customer_id: only of this customer.
        kinds: only of these kinds.
        since: first day.
        until: last day.
        author: only by this person.
        open_only: only what can be closed and is not: promises, requests, tickets, plans.
        limit: how many at most.
    """
    conditions, parameters = ["true"], list[Any]()
    for condition, value in (
        ("r.customer_id = ?", customer_id), ("i.day >= ?", since), ("i.day <= ?", until),
        ("i.author = ? COLLATE NOCASE", author),
    ):  # fmt: skip
        if value is not None:
            conditions.append(condition)
            parameters.append(value)
    if kinds:
        conditions.append("i.kind IN (SELECT value FROM json_each(?))")
        parameters.append(json.dumps(sorted(kinds)))
    order = "i.day DESC, i.clock DESC, i.id DESC"
    if open_only:
        conditions.append(OPEN)
        order = "i.due IS NULL, i.due, i.day, i.id"
    rows = conn.execute(
        f"{_TALK} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?",
        (*parameters, -1 if limit is None else limit),
    )
    return [_talk(row) for row in rows]


_CLOSABLE = ", ".join(f"'{kind}'" for kind in CLOSABLE)
# of the interaction ``i``: it waits for somebody
OPEN = (
    f"(i.closed IS NULL AND i.kind IN ({_CLOSABLE}) AND (i.kind IN ('promise', 'request', 'ticket')"
    " OR i.outcome = 'planned')"
    " AND coalesce(i.outcome, '') NOT IN ('answered', 'refused', 'cancelled'))"
)


def _talk(row: sqlite3.Row) -> Talk:
    values = list(row)
    values[16] = tuple(
        Attachment(file["name"], file["bytes"], file["sha256"])
        for file in json.loads(values[16] or "[]")
    )
    return Talk(*values)


def last_touches(conn: sqlite3.Connection, until: str) -> dict[int, LastTouch]:
    """Return by customer when it was last reached, and in person, up to the day ``until``.

    Customers that nobody ever reached are not in it.
    """
    rows = conn.execute(
        "SELECT r.customer_id, max(iif(t.reached, t.day, NULL)), max(iif(t.personal, t.day, NULL))"
        " FROM touch AS t JOIN record AS r ON r.id = t.record_id WHERE t.day <= ?"
        " GROUP BY r.customer_id",
        (until,),
    )
    return {int(row[0]): LastTouch(*row) for row in rows}


def last_touch(conn: sqlite3.Connection, customer_id: int, until: str) -> LastTouch | None:
    """Return when one customer was last reached up to ``until``; None: never."""
    row = conn.execute(
        "SELECT max(iif(t.reached, t.day, NULL)), max(iif(t.personal, t.day, NULL))"
        " FROM record AS r JOIN touch AS t ON t.record_id = r.id"
        " WHERE r.customer_id = ? AND t.day <= ?",
        (customer_id, until),
    ).fetchone()
    return None if row[0] is None else LastTouch(customer_id, row[0], row[1])


def touches(
    conn: sqlite3.Connection, first: str, last: str, kinds: Collection[str] = ()
) -> list[tuple[int, str, str, str | None, bool]]:
    """Return (customer, day, kind, author, whether in person) of contacts made in a period."""
    chosen = "AND t.kind IN (SELECT value FROM json_each(?3))" if kinds else ""
    rows = conn.execute(
        "SELECT r.customer_id, t.day, t.kind, t.author, t.personal FROM touch AS t"
        " JOIN record AS r ON r.id = t.record_id WHERE t.day BETWEEN ?1 AND ?2 AND t.reached"
        f" {chosen} ORDER BY t.day, t.id",
        (first, last, json.dumps(sorted(kinds))) if kinds else (first, last),
    )
    return [(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def contracts(
    conn: sqlite3.Connection,
    *,
    customer_id: int | None = None,
    ends_from: str | None = None,
    ends_to: str | None = None,
) -> list[ContractInfo]:
    """Return contracts by the day they end, the first first, those without an end last.

    One that nobody has by name is in the hands of the owner of its customer.
    """
    rows = conn.execute(
        "SELECT x.id, r.customer_id, g.label, x.name, x.product, x.starts, x.ends, x.value,"
        " coalesce(x.currency, (SELECT value FROM meta WHERE key = 'currency')), x.status,"
        " coalesce(x.owner, g.owner)"
        f" FROM contract AS x{_WHOSE} WHERE (?1 IS NULL OR r.customer_id = ?1)"
        " AND (?2 IS NULL OR x.ends >= ?2) AND (?3 IS NULL OR x.ends <= ?3)"
        " ORDER BY x.ends IS NULL, x.ends, x.id",
        (customer_id, ends_from, ends_to),
    )
    return [ContractInfo(*row) for row in rows]


def opportunities(
    conn: sqlite3.Connection, *, customer_id: int | None = None, outcome: str | None = None
) -> list[OpportunityInfo]:
    """Return deals, the latest opened first."""
    rows = conn.execute(
        "SELECT x.id, r.customer_id, g.label, x.name, x.stage, x.outcome, x.why, x.competitor,"
        " x.product, x.value, coalesce(x.currency, (SELECT value FROM meta WHERE key ="
        " 'currency')), x.opened, x.expected, x.closed, x.owner"
        f" FROM opportunity AS x{_WHOSE} WHERE (?1 IS NULL OR r.customer_id = ?1)"
        " AND (?2 IS NULL OR x.outcome = ?2)"
        " ORDER BY coalesce(x.opened, x.expected, x.closed, '') DESC, x.id DESC",
        (customer_id, outcome),
    )
    return [OpportunityInfo(*row) for row in rows]


def usage(
    conn: sqlite3.Connection, *, customer_id: int | None = None, metric: str | None = None,
    until: str | None = None,
) -> list[UsagePoint]:  # fmt: skip
    """Return usage series by customer, metric and period; sources that both tell are both there."""
    rows = conn.execute(
        "SELECT r.customer_id, x.metric, x.grain, x.period, x.value, x.unit FROM usage AS x"
        " JOIN record AS r ON r.id = x.record_id WHERE (?1 IS NULL OR r.customer_id = ?1)"
        " AND (?2 IS NULL OR x.metric = ?2) AND (?3 IS NULL OR x.period <= ?3)"
        " ORDER BY 1, 2, 3, 4, x.source",
        (customer_id, metric, until),
    )
    return [UsagePoint(*row) for row in rows]


def authors(conn: sqlite3.Connection) -> list[str]:
    """Return everybody who ever wrote or did something, by name."""
    return [
        str(row[0])
        for row in conn.execute(
            "SELECT DISTINCT author FROM interaction WHERE author IS NOT NULL ORDER BY 1"
        )
    ]


def who_has(
    conn: sqlite3.Connection, addresses: Collection[str]
) -> dict[str, tuple[str, str, str]]:
    """Return by e-mail address the key of the record of the one customer that has it.

    Args:
        conn: the store.
        addresses: in lower case.

    Returns:
        address -> source, key kind, source key; an address that several customers have is left
        out.
    """
    found = conn.execute(
        "WITH wanted AS (SELECT value FROM json_each(?)), held AS ("
        " SELECT email_key(p.email) AS address, p.record_id FROM contact AS p"
        " WHERE p.email IS NOT NULL UNION ALL"
        " SELECT email_key(r.email), r.id FROM record AS r WHERE r.email IS NOT NULL)"
        " SELECT h.address, min(r.id), count(DISTINCT r.customer_id) FROM held AS h"
        " JOIN wanted AS w ON w.value = h.address JOIN record AS r ON r.id = h.record_id"
        " GROUP BY h.address",
        (json.dumps(sorted(addresses)),),
    ).fetchall()
    keys = {}
    for address, record_id, customers in found:
        if customers == 1:
            row = conn.execute(
                "SELECT source, key_kind, source_key FROM record WHERE id = ?", (record_id,)
            ).fetchone()
            keys[str(address)] = (row[0], row[1], row[2])
    return keys
