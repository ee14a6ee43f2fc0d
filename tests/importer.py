"""Import files in tests through the use-case itself, without a terminal."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from ci_cli.importing.load import run_import
from ci_cli.importing.model import ImportOptions, ImportResult
from ci_cli.store import engine, seals

AT = "2026-01-02T03:04:05+00:00"


def new_store(path: Path, *, currency: str = "EUR", zone: str = "UTC") -> Path:
    """Create an empty store."""
    engine.create(path, currency=currency, zone=zone).close()
    return path


def bring_in(store: Path, *paths: Path, keep: bool = True, **options: Any) -> ImportResult:
    """Import ``paths`` and return the result; every import balances its books and is sealed."""
    with closing(engine.connect(store, write=True)) as conn:
        altered = {broken[:2] for broken in seals.broken(conn)}  # by a test, before
        result = run_import(
            conn, paths, ImportOptions(**options), imported_by="tester", at=AT, keep=keep
        )
        assert {broken[:2] for broken in seals.broken(conn)} == altered
    for file in result.files:
        assert file.counts.balanced
        assert file.counts.rejected + file.counts.conflict == len(file.rejects)
    return result
