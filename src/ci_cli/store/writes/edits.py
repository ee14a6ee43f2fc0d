"""What a person types in about a customer; kept and undoable like any import."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ci_cli.models.names import exact_name, name_key
from ci_cli.shapes.trade import Counts
from ci_cli.store.writes import batches, records, typed
from ci_cli.store.writes.typed import TYPED


def add(
    conn: sqlite3.Connection, values: Mapping[str, str], extra: Mapping[str, str], *, by: str,
    at: str,
) -> tuple[int, bool]:  # fmt: skip
    """Add a customer by hand; return its id and whether it is new.

    The exact name is its key, so adding the same name twice finds the first one.
    """
    batch_id, file_id = typed.journal(conn, "customer add", "customers", by, at)
    key = (TYPED, "name", exact_name(values["name"]))
    known = conn.execute(
        "SELECT id FROM record WHERE source = ? AND key_kind = ? AND source_key = ?", key
    ).fetchone()
    record_id = records.ensure_records(conn, [(key, 1)], file_id, at)[key]
    if known is None:
        conn.execute("UPDATE record SET described = 1, author = ? WHERE id = ?", (by, record_id))
        _write(conn, record_id, values, extra, at)
    counts = Counts(read=1, created=int(known is None), unchanged=int(known is not None))
    typed.close(conn, batch_id, file_id, counts)
    row = conn.execute("SELECT customer_id FROM record WHERE id = ?", (record_id,)).fetchone()
    return int(row[0]), known is None


def set_fields(
    conn: sqlite3.Connection, customer_id: int, values: Mapping[str, str],
    extra: Mapping[str, str], *, by: str, at: str,
) -> tuple[int, bool]:  # fmt: skip
    """Change fields of a customer's founding record; return the batch and whether any changed.

    An empty value clears the field.
    """
    batch_id, file_id = typed.journal(conn, "customer set", "customers", by, at)
    if _has(conn, customer_id, values, extra):
        typed.close(conn, batch_id, file_id, Counts(read=1, unchanged=1))
        return batch_id, False
    batches.keep_before(conn, batch_id, "record", str(int(customer_id)))
    _write(conn, customer_id, values, extra, at)
    typed.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id, True


def _has(
    conn: sqlite3.Connection, record_id: int, values: Mapping[str, str], extra: Mapping[str, str]
) -> bool:
    """Return whether a record holds all these values."""
    row = conn.execute("SELECT * FROM record WHERE id = ?", (record_id,)).fetchone()
    own = json.loads(row["extra"] or "{}")
    return all(row[name] == (value or None) for name, value in values.items()) and all(
        own.get(name) == (value or None) for name, value in extra.items()
    )


def _write(
    conn: sqlite3.Connection, record_id: int, values: Mapping[str, str], extra: Mapping[str, str],
    at: str,
) -> None:  # fmt: skip
    fields = {name: value or None for name, value in values.items()}
    if "name" in fields:
        fields["name_key"] = name_key(fields["name"])
    fields["updated_at"] = at
    sets = ", ".join(f"{name} = ?" for name in fields)
    conn.execute(f"UPDATE record SET {sets} WHERE id = ?", (*fields.values(), record_id))
    if extra:
        patch = json.dumps({name: value or None for name, value in extra.items()},
                           ensure_ascii=False)  # fmt: skip
        conn.execute(
            "UPDATE record SET extra = nullif(json_patch(coalesce(extra, '{}'), ?), '{}')"
            " WHERE id = ?",
            (patch, record_id),
        )
