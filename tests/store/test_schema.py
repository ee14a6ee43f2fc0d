"""The frozen SQL and the models describe the same store, and every table is STRICT."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.models.ddl import schema_sql
from ci_cli.store import engine, migrations


def _shape(conn: sqlite3.Connection) -> dict[str, object]:
    tables = [
        row[0]
        for row in conn.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    ]
    return {
        table: (
            [tuple(row) for row in conn.execute(f"PRAGMA table_info({table})")],
            sorted(tuple(row)[2:] for row in conn.execute(f"PRAGMA foreign_key_list({table})")),
            sorted(
                (row[1] if not row[1].startswith("sqlite_") else "", row[2],
                 tuple(c[2] for c in conn.execute(f"PRAGMA index_info({row[1]})")))
                for row in conn.execute(f"PRAGMA index_list({table})").fetchall()
            ),
            [row[5] for row in conn.execute("PRAGMA table_list") if row[1] == table],
        )
        for table in tables
    }  # fmt: skip


def test_migrations_lead_to_the_models(tmp_path: Path) -> None:
    engine.create(tmp_path / "s.db", currency="EUR", zone="UTC").close()
    with (
        closing(sqlite3.connect(tmp_path / "s.db")) as migrated,
        closing(sqlite3.connect(":memory:")) as modelled,
    ):
        modelled.executescript(schema_sql())
        assert _shape(migrated) == _shape(modelled)
        strict = [row[5] for row in migrated.execute("PRAGMA table_list") if row[2] == "table"
                  and not row[1].startswith("sqlite_")]  # fmt: skip
        assert strict
        assert all(strict)
        assert migrated.execute("PRAGMA user_version").fetchone()[0] == migrations.LATEST


def test_no_table_has_a_reserved_or_forbidden_type(tmp_path: Path) -> None:
    engine.create(tmp_path / "s.db", currency="EUR", zone="UTC").close()
    with closing(sqlite3.connect(tmp_path / "s.db")) as conn:
        types = {
            row[0]
            for row in conn.execute(
                "SELECT DISTINCT c.type FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
                " WHERE s.type = 'table'"
            )
            if row[0]
        }
        assert types <= {"TEXT", "INTEGER", "ANY", "REAL", "BLOB"}
        assert {
            row[0]
            for row in conn.execute(
                "SELECT DISTINCT s.name FROM sqlite_schema AS s, pragma_table_info(s.name) AS c"
                " WHERE s.type = 'table' AND c.type IN ('REAL', 'BLOB')"
            )
        } == {"scan", "scanned_record", "scored_pair"}  # scores, never money
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute("INSERT INTO item (source, product_key, name, category) VALUES"
                         " ('a', 'b', 'c', NULL)")  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError):
            conn.execute(
                "INSERT INTO batch (command, at, \"read\") VALUES ('x', 'y', 'not a number')"
            )
