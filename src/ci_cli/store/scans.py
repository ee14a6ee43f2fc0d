"""What a scan for duplicates reads, and what the last one found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ci_cli.shapes.trade import PairRow, ScannedRow
from ci_cli.store.writes import decisions as word

RULES_KEY = "dedupe_rules"

# What describes who a customer is; tier, status, owner and the like say how we stand to them.
FIELDS = (
    "name", "short_name", "tax_id", "industry", "country", "region", "city", "address", "postcode",
    "phone", "email",
)  # fmt: skip
CONTACT_FIELDS = ("contact_name", "contact_phone", "contact_email")
_CONTACTS = 3  # of a record whose numbers take part; the primary ones first


class Matched(NamedTuple):
    """All records as columns of text, for a scan.

    Attributes:
        ids: of the records, in order.
        customers: the customer of each.
        columns: field or header of the user's own -> one value per record.
        revision: of the store that was read.
    """

    ids: list[int]
    customers: list[int]
    columns: dict[str, list[str | None]]
    revision: int


class LastScan(NamedTuple):
    """The last scan: see ``models.pairs.Scan``."""

    id: int
    at: str
    revision: int
    settings: dict[str, Any]
    model: dict[str, Any]
    summary: dict[str, Any]


def read_records(conn: sqlite3.Connection, only: Sequence[int] | None = None) -> Matched:
    """Return everything about records that can tell who they are.

    Args:
        conn: the store.
        only: ids of the records; None: all.
    """
    revision = int(conn.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0])
    ids: list[int] = []
    customers: list[int] = []
    own: list[str | None] = []
    columns: dict[str, list[str | None]] = {name: [] for name in FIELDS}
    filled = list(columns.values())
    chosen = "true" if only is None else "{} IN (SELECT value FROM json_each(?1))"
    wanted = () if only is None else (json.dumps(list(only)),)
    query = (
        f"SELECT id, customer_id, extra, {', '.join(FIELDS)} FROM record"
        f" WHERE {chosen.format('id')} ORDER BY id"
    )
    for record_id, customer_id, extra, *values in conn.execute(query, wanted):
        ids.append(record_id)
        customers.append(customer_id)
        own.append(extra)
        for column, value in zip(filled, values, strict=True):
            column.append(value)
    columns |= _contacts(conn, ids, chosen.format("record_id"), wanted)
    columns |= _own_columns(own, columns)
    return Matched(ids, customers, columns, revision)


def _contacts(
    conn: sqlite3.Connection, ids: Sequence[int], chosen: str, wanted: tuple[str, ...]
) -> dict[str, list[str | None]]:
    """Return the first person of each record, and the numbers of the first few."""
    place = {record_id: i for i, record_id in enumerate(ids)}
    names: list[str | None] = [None] * len(ids)
    numbers: list[list[str]] = [[] for _ in ids]
    mails: list[list[str]] = [[] for _ in ids]
    for record_id, name, phone, email in conn.execute(
        f"SELECT record_id, name, phone, email FROM contact WHERE left_at IS NULL AND {chosen}"
        " ORDER BY record_id, is_primary DESC, id",
        wanted,
    ):
        at = place.get(record_id)
        if at is None:
            continue
        names[at] = names[at] or name
        for kept, value in ((numbers[at], phone), (mails[at], email)):
            if value and len(kept) < _CONTACTS:
                kept.append(value)
    return dict(
        zip(
            CONTACT_FIELDS,
            (names, [";".join(one) or None for one in numbers],
             [";".join(one) or None for one in mails]),
            strict=True,
        )
    )  # fmt: skip


def _own_columns(
    extras: Sequence[str | None], taken: dict[str, list[str | None]]
) -> dict[str, list[str | None]]:
    """Return the columns that no field of ours holds, by the user's own header."""
    found: dict[str, list[str | None]] = {}
    for row, extra in enumerate(extras):
        if not extra:
            continue
        for head, value in json.loads(extra).items():
            if value is None or value == "":
                continue
            name = f"{head} (own)" if head in taken else head
            column = found.get(name)
            if column is None:
                column = found[name] = [None] * len(extras)
            column[row] = value if isinstance(value, str) else json.dumps(value)
    return dict(sorted(found.items()))


def decisions(conn: sqlite3.Connection) -> list[tuple[int, int, str]]:
    """Return (record, record, verdict) of every decision that stands."""
    return list(word.standing(conn))


def last(conn: sqlite3.Connection) -> LastScan | None:
    """Return the last scan, None where there was none."""
    row = conn.execute(
        "SELECT id, at, revision, settings, model, summary FROM scan ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    return LastScan(*row[:3], *(json.loads(text) for text in row[3:]))


def remembered(conn: sqlite3.Connection, scan_id: int) -> bytes | None:
    """Return what a scan remembers of all pairs that it compared."""
    row = conn.execute("SELECT remembered FROM scan WHERE id = ?", (scan_id,)).fetchone()
    return None if row is None else row[0]


def new_since(conn: sqlite3.Connection, scan: LastScan) -> int:
    """Return how many records are new since a scan or were described anew."""
    return int(
        conn.execute(
            "SELECT count(*) FROM record AS r LEFT JOIN scanned_record AS s ON s.record_id = r.id"
            " WHERE s.record_id IS NULL OR r.updated_at > ?",
            (scan.at,),
        ).fetchone()[0]
    )


def scanned(conn: sqlite3.Connection) -> list[ScannedRow]:
    """Return every record of the last scan that is still there, in order."""
    return [
        ScannedRow(*row)
        for row in conn.execute(
            "SELECT s.record_id, r.customer_id, r.source, r.source_key, r.name, s.copy_of,"
            " s.own_weight, s.cluster, s.probability FROM scanned_record AS s"
            " JOIN record AS r ON r.id = s.record_id ORDER BY s.record_id"
        )
    ]


def weights(conn: sqlite3.Connection) -> Iterator[tuple[int, int, float]]:
    """Yield (record, record, bits) of every kept pair."""
    yield from conn.execute(
        "SELECT record_a, record_b, weight FROM scored_pair ORDER BY record_a, record_b"
    )


def certain(conn: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return the pairs of records of the certain band that are still two customers."""
    rows = conn.execute(
        "SELECT p.record_a, p.record_b FROM scored_pair AS p"
        " JOIN record AS a ON a.id = p.record_a JOIN record AS b ON b.id = p.record_b"
        " WHERE p.band = 2 ORDER BY 1, 2"
    )
    return [(row[0], row[1]) for row in rows]


_PAIR = (
    "SELECT p.record_a, p.record_b, p.weight, p.probability, p.band, p.levels, p.weights,"
    " a.source AS source_a, a.source_key AS key_a, a.name AS name_a, a.customer_id AS customer_a,"
    " b.source AS source_b, b.source_key AS key_b, b.name AS name_b, b.customer_id AS customer_b,"
    " d.verdict FROM scored_pair AS p JOIN record AS a ON a.id = p.record_a"
    " JOIN record AS b ON b.id = p.record_b"
    " LEFT JOIN decision AS d ON d.record_a = p.record_a AND d.record_b = p.record_b"
    " AND d.withdrawn_at IS NULL"
)


def pairs(conn: sqlite3.Connection, *, least: float, limit: int | None = None) -> list[PairRow]:
    """Return pairs from a probability on, the likeliest first."""
    rows = conn.execute(
        f"{_PAIR} WHERE p.probability >= ? ORDER BY p.weight DESC, 1, 2 LIMIT ?",
        (least, -1 if limit is None else limit),
    )
    return [PairRow(*row) for row in rows]


def pairs_between(
    conn: sqlite3.Connection, one: Sequence[int], other: Sequence[int]
) -> list[PairRow]:
    """Return the kept pairs between two groups of records, the likeliest first."""
    first, second = json.dumps(list(one)), json.dumps(list(other))
    inside = "(SELECT value FROM json_each(?))"
    rows = conn.execute(
        f"{_PAIR} WHERE (p.record_a IN {inside} AND p.record_b IN {inside})"
        f" OR (p.record_a IN {inside} AND p.record_b IN {inside})"
        " ORDER BY p.weight DESC, 1, 2",
        (first, second, second, first),
    )
    return [PairRow(*row) for row in rows]


def pairs_named(
    conn: sqlite3.Connection, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], PairRow]:
    """Return those of the pairs (lower record first) that the last scan kept."""
    rows = conn.execute(
        f"{_PAIR} JOIN json_each(?) AS w ON p.record_a = json_extract(w.value, '$[0]')"
        " AND p.record_b = json_extract(w.value, '$[1]')",
        (json.dumps(list(pairs)),),
    )
    return {(row[0], row[1]): PairRow(*row) for row in rows}


def records_of(conn: sqlite3.Connection, customer_id: int) -> list[int]:
    """Return the records of a customer."""
    rows = conn.execute("SELECT id FROM record WHERE customer_id = ? ORDER BY id", (customer_id,))
    return [row[0] for row in rows]


def record_named(conn: sqlite3.Connection, text: str) -> int | None:
    """Return the record that ``source:key`` means, None where there is none."""
    source, colon, key = text.partition(":")
    if not colon:
        return None
    row = conn.execute(
        "SELECT id FROM record WHERE source = ? AND source_key = ? ORDER BY key_kind LIMIT 1",
        (source, key),
    ).fetchone()
    return None if row is None else int(row[0])
