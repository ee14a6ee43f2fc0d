"""The register of fields: complete, each with a purpose, unused ones by hand."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.reports.upkeep import db_fields
from ci_cli.reports.upkeep.field_purposes import STRUCTURE, purpose
from ci_cli.store import engine, field_register
from ci_cli.store.field_register import StoredField

SINCE = date(2026, 1, 1)


def _field(column: str, *, is_own: bool = False, changed: str | None = None,
           exported: str | None = None) -> StoredField:  # fmt: skip
    return StoredField("basic", "record", column, is_own, 10, 4, changed, exported)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (_field("tier"), False),  # a report looks at it
        (_field("channel"), True),
        (_field("channel", changed="2025-12-31"), True),
        (_field("channel", changed="2026-01-01"), False),
        (_field("channel", exported="2026-01-01"), False),
        (_field("source_key"), False),  # bookkeeping
        (_field("Shoe size", is_own=True), True),
        (_field("tier", is_own=True), True),  # called like a field of ours
        (_field("Shoe size", is_own=True, changed="2026-02-01"), False),
    ],
)
def test_what_nobody_uses(field: StoredField, *, expected: bool) -> None:
    assert db_fields.is_unused(field, {"record.tier": ["today"]}, SINCE) is expected


def test_every_field_has_a_purpose(demo_store: Path) -> None:
    with closing(engine.connect(demo_store)) as conn:
        found = field_register.fields(conn)
    assert [
        one.name for one in found if not one.is_own and not purpose(one.table, one.column)
    ] == []
    assert {name for name in STRUCTURE if not any(one.column == name for one in found)} == set()


def test_the_whole_register_is_shown(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(engine.connect(demo_store)) as conn:
        found = field_register.fields(conn)
    line = ["db", "fields", "--db", str(demo_store), "--format", "json", "--lang", "en"]
    assert run(line) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["field"] for row in rows] == [one.name for one in found]
    told = {row["field"]: row for row in rows}
    assert told["record.name"]["fill_rate"] == 1
    assert told["record.fax"]["reports"] == 0
    assert run([*line, "--unused", "180d", "--today", "2040-01-01"]) == 0
    unused = {row["field"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert "record.fax" in unused
    assert unused.isdisjoint({"record.name", "sales_order.date", "record.id"})
    assert run([*line, "--unused", "180d"]) == 0  # all of it came in today
    assert "record.fax" not in capsys.readouterr().out
